"""Which picture is explained, and for which class: settings that several pieces of work have."""

from typing import Any

from engine.config import knob


def picture_knob() -> Any:
    return knob(0, "Picture", "Number of a held-out picture of the network's data.", ge=0, le=239)


def target_knob(*, more: bool) -> Any:
    return knob(
        -1,
        "Class",
        "Whose score is explained; −1: the class that the network names.",
        ge=-1,
        le=999,
        more=more,
    )
