"""Which settings do networks of masked convolutions have in common?"""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.config import knob

Kernel = Literal[3, 5, 7]
Dilations = tuple[Annotated[int, Field(ge=1, le=16)], ...]
_SIZES = {"3": "3", "5": "5", "7": "7"}


def kernel() -> Any:
    """Of every layer but the first."""
    return knob(3, "Kernel", unit="pixels", options=_SIZES)


def first_kernel(size: int) -> Any:
    return knob(
        size,
        "First kernel",
        "Of the layer that looks at the image.",
        unit="pixels",
        more=True,
        options=_SIZES,
    )


def dilations_knob() -> Any:
    return knob(
        (),
        "Dilations",
        "Of the layers after the first, over and over; none: 1.",
        max_length=16,
        more=True,
    )
