"""Activation functions. To add one, add one file here."""

from engine.nn.activations._spec import ACTIVATIONS, Activation

ACTIVATIONS.discover(__name__)

__all__ = ["ACTIVATIONS", "Activation"]
