"""Density: how likely is each point?"""

from torch import Tensor, nn

from engine.data import Prepared
from engine.tasks._spec import Arrays, Task, register
from engine.tasks.pictures import SURFACE, device_of, grid, half, predict


def metrics(outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """None beside the loss: the log-likelihood is the measure."""
    return {}


def final(outputs: Tensor, targets: Tensor, data: Prepared) -> dict[str, float]:
    return {"nats": -outputs.mean().item()}


def density(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """The density over the plane, {density: (side, side)}, per unit of area."""
    outputs = predict(model, grid(data, SURFACE, device_of(model)))
    return {"density": half(outputs.exp().reshape(SURFACE, SURFACE))}


register(
    Task(id="density", outputs=lambda data: 1, metrics=metrics, final=final, pictures=(density,))
)
