"""What does an optimizer cost: bytes of state for each parameter, and time for each step?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.device import generator
from engine.optim import Optimizer
from engine.words import said

SHAPES = ((256, 256), (256,))  # a layer as large as those of a small network


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one optimizer on parameters of given shapes, in float32 of 4 bytes a parameter."""

    optimizer: str
    parameters: int
    torch_bytes: float  # a parameter: state that the running class holds, its step count too
    rule_bytes: float  # a parameter: slots of the pure rule
    seconds: float  # one step of the running class, without forward and backward, median


def cost(rule: Optimizer, shapes: Sequence[Sequence[int]] = SHAPES, repeats: int = 30) -> Cost:
    """Measure, after one step, what is held, and time some more.

    Args:
        rule: the optimizer.
        shapes: of the parameters.
        repeats: steps that are timed; 0 measures memory alone, and `seconds` is NaN.
    """
    weights = [
        nn.Parameter(torch.randn(*shape, generator=generator(0, "cost", number)))
        for number, shape in enumerate(shapes)
    ]
    for weight in weights:
        weight.grad = weight.detach().clone()
    running = rule.build(weights, rule.typical)
    running.step()
    count = sum(weight.numel() for weight in weights)
    held = sum(size(value) for slots in running.state.values() for value in slots.values())
    pure = sum(size(slot) for weight in weights for slot in rule.init(weight.detach()[None]))
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        running.step()
        times.append(time.perf_counter() - begun)
    seconds = sorted(times)[repeats // 2] if repeats else float("nan")
    return Cost(rule.id, count, held / count, pure / count, seconds)


def size(value: object) -> int:
    """Bytes of a tensor's numbers; 0 of anything else."""
    return value.numel() * value.element_size() if isinstance(value, Tensor) else 0


# The common table in words, so that a page can set it beside what was measured.
WORDS = {
    "gradient_descent": said("low"),
    "momentum": said("low"),
    "adamw": said("medium"),
    "lion": said("low"),
    "adafactor": said("very low"),
}
