"""The explanation methods for images: one file each."""

from engine.explain.methods._spec import METHODS, Method

METHODS.discover(__name__)
__all__ = ["METHODS", "Method"]
