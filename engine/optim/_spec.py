"""What is an optimizer, to the engine and to every page?"""

import inspect
from collections.abc import Iterable
from typing import ClassVar, TypeAlias

import torch
from torch import Tensor, nn

from engine.config import Part
from engine.optim._wrap import Wrapped
from engine.plain import Plain, literal
from engine.registry import Registry
from engine.words import said

State: TypeAlias = tuple[Tensor, ...]
Updated: TypeAlias = tuple[Tensor, State]  # the new parameter and the new state
Number: TypeAlias = float | Tensor  # a tensor holds one value a run, broadcast over its weights


class Optimizer(Part):
    """An update rule with its knobs, twice: as a pure function, and as torch's own class.

    The pure function is the one whose formula a page prints. It works on stacked tensors, whose
    leading dimension is runs, so that any number of runs advances in one call. torch's class is
    what a single training uses, fused where there is such a kernel. A test holds them equal.
    """

    slots: ClassVar[tuple[str, ...]] = ()  # what the state holds, one tensor each: ("m", "v")
    elementwise: ClassVar[bool] = True  # False: the rule needs each weight in its shape
    typical: ClassVar[float] = 0.1  # a learning rate to start from
    direction: ClassVar[str] = ""  # the slot that is a direction to go in; "": none is
    squares: ClassVar[str] = ""  # the slot that is a mean or a sum of squares; "": none is
    by_curvature: ClassVar[float] = 0.0  # a rate that suits a surface, times 1 / its curvature
    by_distance: ClassVar[float] = 0.0  # the same, times the distance to its nearest minimum

    def init(self, parameter: Tensor) -> State:
        """The state before the first step, one tensor for each slot, as `update` wants it.

        Elementwise rules: zeros like the parameter. Others may hold less, or nothing, in a slot.
        """
        return tuple(torch.zeros_like(parameter) for _ in self.slots)

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        """One step, nothing in place.

        Args:
            θ: the parameter, any shape for an elementwise rule; (R, *shape) for any other, of R
                runs, where a single network is R = 1.
            g: its gradient, of the same shape.
            state: as `init` or the last call returned it.
            t: steps done, this one included, from 1.
            η: the learning rate, a number or a tensor that broadcasts against the parameter.
            knobs: values that replace the optimizer's own, likewise; numbers only, not switches.

        Returns:
            New parameter and new state.

        Raises:
            ValueError: the rule has no knob of that name.
        """
        raise NotImplementedError

    def chosen(self, knobs: dict[str, Number], *names: str) -> tuple[Number, ...]:
        """The named knobs in this order, each from the call where it gives one, else our own."""
        for name in knobs:
            if name not in names:
                raise ValueError(
                    said(
                        "{label} has no number {name} to replace. Possible: {names}.",
                        label=self.about.label,
                        name=repr(name),
                        names=", ".join(names) or said("none"),
                    )
                )
        return tuple(knobs.get(name, getattr(self, name)) for name in names)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        """torch's optimizer of this rule."""
        raise NotImplementedError

    def source(self, plain: Plain, parameters: str, learning_rate: str) -> str:
        """`build` as plain torch: torch's class, or the rule itself where torch has none."""
        built = self.build([nn.Parameter(torch.zeros(1, 1))], 1.0)
        if isinstance(built, Wrapped):
            rule = plain.call(self, self.update).removesuffix("()")
            init = plain.method(self, self.init, f"{self.id}_state")
            slots = literal(self.slots)
            return f"{plain.type(Wrapped)}({parameters}, {learning_rate}, {rule}, {init}, {slots})"
        plain.imports.add("import torch")
        usual = inspect.signature(type(built).__init__).parameters
        own = {n: v for n, v in built.defaults.items() if n in usual and v != usual[n].default}
        given = [f"{n}={literal(v)}" for n, v in own.items() if n != "lr"]
        given = [parameters, f"lr={learning_rate}", *given]
        return f"torch.optim.{type(built).__name__}({', '.join(given)})"


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")
