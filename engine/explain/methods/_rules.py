"""For which modules has a method a rule? What it has none for is refused, never guessed."""

from collections.abc import Iterator

from torch import nn

from engine.nn.activations import ACTIVATIONS
from engine.nn.activations.step import Step
from engine.nn.dropout import Dropout
from engine.words import said

AFFINE = (
    nn.Linear, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d,
    nn.Flatten, nn.Identity, nn.Dropout, Dropout,
)  # fmt: skip
"""In evaluation mode: a weighted sum of their inputs, and a bias."""

OURS = [member().build() for member in ACTIVATIONS.values()] + [Step(values="sign").build()]
ELEMENTWISE = tuple(
    {type(module) for module in OURS} - {nn.Identity} | {nn.ReLU6, nn.Hardswish, nn.Hardsigmoid}
)
NORMALISING = (nn.GroupNorm, nn.LayerNorm)
PRODUCTS = ("SqueezeExcitation",)  # by class name: multiply two answers outside of any module
NOTHING = ("StochasticDepth",)  # by class name: passes everything on in evaluation mode


def named_leaves(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Every module that holds no other, with its dotted name."""
    for name, module in model.named_modules():
        if not any(module.children()):
            yield name, module


def demand(model: nn.Module, method: str, known: tuple[type[nn.Module], ...]) -> None:
    """Raises ValueError, a sentence, where the model has a module that is not of a known type."""
    for name, module in model.named_modules():
        kind, leaf = type(module), not any(module.children())
        if kind.__name__ in PRODUCTS or (
            leaf and kind not in known and kind.__name__ not in NOTHING
        ):
            raise ValueError(
                said(
                    "{method} has no rule for {kind}, which is {name!r} here.",
                    method=method,
                    kind=kind.__name__,
                    name=name,
                )
            )


def demand_relu(model: nn.Module, method: str) -> None:
    """Raises ValueError, a sentence, where the model has another non-linearity than ReLU."""
    for name, module in named_leaves(model):
        if type(module) in ELEMENTWISE and not isinstance(module, nn.ReLU):
            raise ValueError(
                said(
                    "{method} changes the gradient of ReLU, and this model has {kind} at "
                    "{name!r}: nothing would be changed there.",
                    method=method,
                    kind=type(module).__name__.lstrip("_"),
                    name=name,
                )
            )
