"""At which layer does a method look?"""

from typing import Any

from engine.config import knob


def layer_knob() -> Any:
    """The field of a method that weighs the feature maps of one layer."""
    return knob(
        "",
        "Layer",
        "Name of a layer with feature maps; empty: the last convolution with its activation.",
        max_length=80,
        more=True,
    )
