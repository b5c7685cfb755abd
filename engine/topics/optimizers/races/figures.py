"""Which three races show what an optimizer, a learning rate and a batch size do?"""

from dataclasses import dataclass
from math import ceil

from engine.topics.optimizers.races.race import BASE, Race
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Figure:
    """A preset: what is trained, and which run group has which colour."""

    id: str
    work: Race | Sweep
    colours: tuple[tuple[str, str], ...]  # value or optimizer, and black, blue or green


def figures(base: TrainConfig = BASE) -> tuple[Figure, ...]:
    """By optimizer, by learning rate and by batch size: loss against epochs, four seeds each."""
    adam = base.with_("learning_rate", 0.01)
    return (
        Figure(
            "by_optimizer",
            Race(base=base, optimizers=("adam", "gradient_descent", "rmsprop"), rates=(0.01,)),
            (("adam", "black"), ("gradient_descent", "blue"), ("rmsprop", "green")),
        ),
        Figure(
            "by_learning_rate",
            Race(base=base, optimizers=("adam",), rates=(0.3, 0.01, 0.0003)),
            (("0.3", "black"), ("0.01", "blue"), ("0.0003", "green")),
        ),
        # Another batch size is another program and another number of updates an epoch.
        Figure(
            "by_batch_size",
            Sweep(base=adam, vary="batch_size", values=("8", "64", "512"), seeds=4),
            (("8", "black"), ("64", "blue"), ("512", "green")),
        ),
    )


def updates_per_epoch(examples: int, batch_size: int) -> int:
    """⌈N / B⌉: one update a mini-batch, the last of which may be smaller."""
    return ceil(examples / batch_size)
