"""Which settings do several optimizers have?"""

from typing import Any

from engine.config import knob


def weight_decay(help: str = "Share of each weight lost in a step of learning rate 1.") -> Any:
    return knob(0.01, "Weight decay λ", help, ge=0, le=1, step=0.001)
