"""What does each gate of a graph compute, and what is its local slope? By its own formula, so that
automatic differentiation can check it."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from engine.words import said

# What a gate does with the slope that arrives: the patterns of backpropagation.
PATTERNS: Mapping[str, str] = {
    "distributes": said("distributes: hands on what arrives"),
    "swaps": said("swaps: each input gets what arrives times the other input"),
    "routes": said("routes: all to the one that passed, nothing to the other"),
    "scales": said("scales: what arrives times its own slope"),
    "blocks": said("blocks: it is flat, so nothing passes"),
}


class Gate(NamedTuple):
    """A function of one or two numbers."""

    sign: str  # on its node
    pattern: str  # id in PATTERNS
    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]  # ∂ value / ∂ each input


def _pow_slopes(a: float, b: float) -> tuple[float, float]:
    """b a^(b−1) and a^b ln a; where a^b is 0 or constant, 0."""
    by_base = b * np.power(a, b - 1) if b else 0.0
    by_power = 0.0 if a == 0 and b >= 0 else np.power(a, b) * np.log(a)
    return by_base, by_power


def power(exponent: float) -> Gate:
    """x^n of a fixed n."""

    def slopes(x: float) -> tuple[float]:
        return (exponent * np.power(x, exponent - 1) if exponent else 0.0,)

    return Gate(f"^{exponent:g}", "scales", lambda x: np.power(x, exponent), slopes)


def _sigmoid(x: float) -> float:
    """1 / (1 + e^−x), without overflow on either side."""
    tail = np.exp(-abs(x))
    return float(1 / (1 + tail) if x >= 0 else tail / (1 + tail))


def _softplus(x: float) -> float:
    """ln(1 + e^x); from 20 on x itself, as torch has it."""
    return float(x if x > 20 else np.log1p(np.exp(x)))


def _one(
    sign: str,
    value: Callable[[float], float],
    slope: Callable[[float], float],
    pattern: str = "scales",
) -> Gate:
    return Gate(sign, pattern, value, lambda x: (slope(x),))


def _larger(a: float, b: float) -> tuple[float, float]:
    """All to the larger one; a tie is shared, as torch.maximum does."""
    return (0.5, 0.5) if a == b else (float(a > b), float(a < b))


GATES: Mapping[str, Gate] = {
    "+": Gate("+", "distributes", lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "-": Gate("−", "distributes", lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "*": Gate("×", "swaps", lambda a, b: a * b, lambda a, b: (b, a)),
    "/": Gate("÷", "scales", lambda a, b: a / b, lambda a, b: (1 / b, -(a / b) / b)),
    "^": Gate("^", "scales", np.power, _pow_slopes),
    "minus": _one("−", lambda x: -x, lambda x: -1.0),
    "abs": _one("|·|", abs, np.sign, "routes"),
    "sqrt": _one("√", np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "exp": _one("exp", np.exp, np.exp),
    "log": _one("log", np.log, lambda x: 1 / x if x >= 0 else math.nan),
    "log2": _one("log₂", np.log2, lambda x: 1 / (x * math.log(2)) if x >= 0 else math.nan),
    "log10": _one("log₁₀", np.log10, lambda x: 1 / (x * math.log(10)) if x >= 0 else math.nan),
    "sin": _one("sin", np.sin, np.cos),
    "cos": _one("cos", np.cos, lambda x: -np.sin(x)),
    "tan": _one("tan", np.tan, lambda x: 1 + np.tan(x) ** 2),
    "asin": _one("arcsin", np.arcsin, lambda x: 1 / np.sqrt(1 - x * x)),
    "acos": _one("arccos", np.arccos, lambda x: -1 / np.sqrt(1 - x * x)),
    "atan": _one("arctan", np.arctan, lambda x: 1 / (1 + x * x)),
    "sinh": _one("sinh", np.sinh, np.cosh),
    "cosh": _one("cosh", np.cosh, np.sinh),
    "tanh": _one("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sign": _one("sign", np.sign, lambda x: 0.0, "blocks"),
    "floor": _one("⌊·⌋", np.floor, lambda x: 0.0, "blocks"),
    "ceil": _one("⌈·⌉", np.ceil, lambda x: 0.0, "blocks"),
    "relu": _one("ReLU", lambda x: np.maximum(x, 0.0), lambda x: float(x > 0), "routes"),
    "sigmoid": _one("σ", _sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    "softplus": _one("softplus", _softplus, lambda x: 1.0 if x > 20 else _sigmoid(x)),
    "max": Gate("max", "routes", np.maximum, _larger),
    "min": Gate("min", "routes", np.minimum, lambda a, b: _larger(-a, -b)),
}


def trouble(gate: str, inputs: tuple[float, ...], value: float, slopes: tuple[float, ...]) -> str:
    """What goes wrong at a gate whose inputs are finite; nothing where all is well."""
    if all(map(math.isfinite, (value, *slopes))):
        return ""
    if math.isfinite(value):
        return said("its slope is infinite here")
    match gate:
        case "/" if inputs[1] == 0:
            return said("division by zero")
        case "log" | "log2" | "log10":
            return said("logarithm of 0") if inputs[0] == 0 else said("logarithm below 0")
        case "sqrt":
            return said("root of a negative number")
        case "asin" | "acos":
            return said("only from −1 to 1 there is an answer")
    if math.isnan(value):
        return said("a broken power of a negative number")
    zero = gate.startswith("^") and inputs[0] == 0
    return said("division by zero") if zero else said("overflow: too large a number")
