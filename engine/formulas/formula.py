"""What is a formula's value and slope, at many points at once? And how is it written elsewhere?"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.formulas.nodes import (
    CONSTANTS,
    FUNCTIONS,
    Binary,
    Call,
    Constant,
    Minus,
    Name,
    Node,
    Number,
)

TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


@dataclass(frozen=True, slots=True)
class Formula:
    """A function of named variables."""

    text: str  # as it was typed
    root: Node
    names: tuple[str, ...]  # of its variables, in order

    def __call__(self, *values: Tensor) -> Tensor:
        """Its value; what has none, as the root of −1, is NaN.

        Args:
            values: one a variable, floating, of shapes that broadcast.

        Returns:
            Of the shape that they broadcast to, with a gradient where they have one.
        """
        where = dict(zip(self.names, torch.broadcast_tensors(*values), strict=True))
        like = next(iter(where.values()))
        found = _value(self.root, where, like)
        return found.expand_as(like) if found.shape != like.shape else found

    def slopes(self, *values: Tensor) -> tuple[Tensor, ...]:
        """Its partial derivatives, by automatic differentiation; also where that is switched off.

        Args:
            values: one a variable, floating, of equal shapes.

        Returns:
            One a variable, each of that shape.
        """
        with torch.inference_mode(False), torch.enable_grad():
            leaves = [value.detach().clone().requires_grad_() for value in values]
            total = self(*leaves).sum()
            if not total.requires_grad:  # it uses no variable
                return tuple(map(torch.zeros_like, values))
            found = torch.autograd.grad(total, leaves, allow_unused=True)
        return tuple(
            torch.zeros_like(value) if slope is None else slope
            for value, slope in zip(values, found, strict=True)
        )

    def source(self) -> str:
        """The same in plain torch, of variables of these names."""
        text = _source(self.root, self.names[0], not _varies(self.root))
        return text if _varies(self.root) else f"{text}.expand_as({self.names[0]})"

    def latex(self) -> str:
        return _latex(self.root)


def _value(node: Node, where: dict[str, Tensor], like: Tensor) -> Tensor:
    match node:
        case Number(value):
            return like.new_tensor(value)
        case Constant(name):
            return like.new_tensor(CONSTANTS[name][0])
        case Name(name):
            return where[name]
        case Minus(of):
            return -_value(of, where, like)
        case Call(name, arguments):
            return FUNCTIONS[name].compute(*(_value(part, where, like) for part in arguments))
        case Binary("^", left, Number(power)):  # a fixed power has a slope at 0 and below it
            return _value(left, where, like).pow(power)
        case Binary("^", left, Minus(Number(power))):
            return _value(left, where, like).pow(-power)
        case Binary(sign, left, right):
            a, b = _value(left, where, like), _value(right, where, like)
            match sign:
                case "+":
                    return a + b
                case "-":
                    return a - b
                case "*":
                    return a * b
                case "/":
                    return a / b
            return a.pow(b)
    raise TypeError(node)


def _varies(node: Node) -> bool:
    """Whether it uses a variable."""
    match node:
        case Name():
            return True
        case Minus(of):
            return _varies(of)
        case Call(_, arguments):
            return any(map(_varies, arguments))
        case Binary(_, left, right):
            return _varies(left) or _varies(right)
    return False


def _source(node: Node, like: str, tensors: bool) -> str:
    """Python of a node.

    Args:
        like: name of a variable.
        tensors: whether its numbers must be tensors, as torch's functions ask.
    """
    match node:
        case Number() | Constant():
            value = node.value if isinstance(node, Number) else CONSTANTS[node.name][0]
            return f"{like}.new_tensor({value!r})" if tensors else repr(value)
        case Name(name):
            return name
        case Minus(of):
            return f"(-{_source(of, like, tensors)})"
        case Call(name, arguments):
            parts = [_source(part, like, not _varies(part)) for part in arguments]
            return FUNCTIONS[name].source.format(*parts)
        case Binary(sign, left, right):
            a, b = (_source(part, like, tensors) for part in (left, right))
            return f"({a} {sign.replace('^', '**')} {b})"
    raise TypeError(node)


def _latex(node: Node, least: int = 0) -> str:
    """In brackets where it binds less tightly than what is around it."""
    match node:
        case Number(value):
            return f"{value:g}" if "e" not in f"{value:g}" else _power_of_ten(value)
        case Constant(name):
            return CONSTANTS[name][1]
        case Name(name):
            return f"{name[0]}_{{{name[1:]}}}" if name[1:].isdecimal() else name
        case Call(name, arguments):
            return FUNCTIONS[name].latex.format(*map(_latex, arguments))
        case Minus(of):
            return _bracketed(f"-{_latex(of, 3)}", least > 1)
        case Binary("/", left, right):
            return rf"\frac{{{_latex(left)}}}{{{_latex(right)}}}"
        case Binary("^", left, right):
            return _bracketed(f"{_latex(left, 5)}^{{{_latex(right)}}}", least > 4)
        case Binary(sign, left, right):
            tight = TIGHT[sign]
            middle = r" \cdot " if sign == "*" else f" {sign} "
            text = f"{_latex(left, tight)}{middle}{_latex(right, tight + 1)}"
            return _bracketed(text, tight < least)
    raise TypeError(node)


def _bracketed(text: str, needed: bool) -> str:
    return rf"\left({text}\right)" if needed else text


def _power_of_ten(value: float) -> str:
    digits, power = f"{value:g}".split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"
