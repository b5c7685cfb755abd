"""Distributions of one pixel value given what is before it. To add one, add one file here."""

from engine.autoregressive.outputs._spec import OUTPUTS, Output

OUTPUTS.discover(__name__)

__all__ = ["OUTPUTS", "Output"]
