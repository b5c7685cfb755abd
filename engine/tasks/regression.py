"""Regression: which number?"""

import torch
from torch import Tensor, nn

from engine.data import Prepared
from engine.tasks._spec import Arrays, Task, register
from engine.tasks.pictures import SURFACE, device_of, filters, half, hidden_units, predict


def metrics(outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Coefficient of determination: 1 is perfect, 0 is the mean, below 0 is worse than the mean."""
    residual = (outputs - targets).square().sum()
    total = (targets - targets.mean()).square().sum()
    return {"r2": 1 - residual / total.clamp_min(1e-12)}


def final(outputs: Tensor, targets: Tensor, data: Prepared) -> dict[str, float]:
    """R², and the mean absolute error in the target's own unit."""
    r2 = metrics(outputs, targets)["r2"].item()
    return {"r2": r2, "mae": (outputs - targets).abs().mean().item() * float(data.y_std)}


def curve(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Of a curve: the prediction along x, {curve: (2, n)}."""
    if data.kind != "curve":
        return {}
    x = torch.linspace(
        float(data.train.x.min()) - 0.1, float(data.train.x.max()) + 0.1, 4 * SURFACE
    )[:, None]
    y = predict(model, x.to(device_of(model))).cpu()
    return {"curve": half(torch.cat([x, y], dim=1).T)}


def scatter(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Of tables: true against predicted on the validation part, own units, {scatter: (2, n)}."""
    if data.kind != "table":
        return {}
    part = data.validation
    guess = predict(model, part.x[:examples].to(device_of(model))).cpu()
    both = torch.cat([part.y[:examples], guess], dim=1) * data.y_std + data.y_mean
    return {"scatter": both.T.numpy()}


register(
    Task(
        id="regression",
        outputs=lambda data: data.train.y.shape[1],
        metrics=metrics,
        final=final,
        pictures=(curve, scatter, hidden_units, filters),
        higher_is_better={"r2": True, "mae": False},
    )
)
