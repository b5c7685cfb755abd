"""Functions that a person types: `x^2 + sin(3*y)`. Read by a parser of our own, never evaluated as
Python; computed on tensors, so that they have gradients; bounded in length, depth and time."""

from engine.formulas.formula import Formula
from engine.formulas.parse import FormulaError, parse

__all__ = ["Formula", "FormulaError", "parse"]
