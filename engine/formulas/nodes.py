"""What is a formula made of? Numbers, names, and functions of one or two of these."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor


class Function(NamedTuple):
    """A function by its name in formulas."""

    compute: Callable[..., Tensor]
    places: int  # how many arguments it takes
    source: str  # the same in plain torch, with {0} and {1} for its arguments
    latex: str


def _one(compute: Callable[[Tensor], Tensor], source: str = "", latex: str = "") -> Function:
    name = compute.__name__
    return Function(
        compute, 1, source or f"torch.{name}({{0}})", latex or rf"\{name}\left({{0}}\right)"
    )


def _operator(name: str) -> str:
    return rf"\operatorname{{{{{name}}}}}\left({{0}}\right)"


FUNCTIONS: Mapping[str, Function] = {
    "abs": _one(torch.abs, latex=r"\left|{0}\right|"),
    "sqrt": _one(torch.sqrt, latex=r"\sqrt{{{0}}}"),
    "exp": _one(torch.exp),
    "log": _one(torch.log),
    "log2": _one(torch.log2, latex=r"\log_2\left({0}\right)"),
    "log10": _one(torch.log10, latex=r"\log_{{10}}\left({0}\right)"),
    "sin": _one(torch.sin),
    "cos": _one(torch.cos),
    "tan": _one(torch.tan),
    "asin": _one(torch.asin, latex=r"\arcsin\left({0}\right)"),
    "acos": _one(torch.acos, latex=r"\arccos\left({0}\right)"),
    "atan": _one(torch.atan, latex=r"\arctan\left({0}\right)"),
    "sinh": _one(torch.sinh),
    "cosh": _one(torch.cosh),
    "tanh": _one(torch.tanh),
    "sign": _one(torch.sign, latex=_operator("sign")),
    "floor": _one(torch.floor, latex=r"\left\lfloor {0} \right\rfloor"),
    "ceil": _one(torch.ceil, latex=r"\left\lceil {0} \right\rceil"),
    "relu": _one(torch.relu, latex=_operator("ReLU")),
    "sigmoid": _one(torch.sigmoid, latex=r"\sigma\left({0}\right)"),
    "softplus": _one(
        torch.nn.functional.softplus, "torch.nn.functional.softplus({0})", _operator("softplus")
    ),
    "min": Function(torch.minimum, 2, "torch.minimum({0}, {1})", r"\min\left({0}, {1}\right)"),
    "max": Function(torch.maximum, 2, "torch.maximum({0}, {1})", r"\max\left({0}, {1}\right)"),
}
ALSO: Mapping[str, str] = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
CONSTANTS: Mapping[str, tuple[float, str]] = {"pi": (math.pi, r"\pi"), "e": (math.e, "e")}


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Constant:
    name: str


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Minus:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    sign: str  # one of + - * / ^
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Node", ...]


Node: TypeAlias = Number | Constant | Name | Minus | Binary | Call
