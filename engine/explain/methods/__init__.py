"""The explanation methods for images: one file each."""

from typing import Annotated

from pydantic import Field

from engine.explain.methods._spec import METHODS, Method

METHODS.discover(__name__)
MethodIds = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], METHODS.several()]
__all__ = ["METHODS", "Method", "MethodIds"]
