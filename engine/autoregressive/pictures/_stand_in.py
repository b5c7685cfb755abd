"""MNIST without its files: the digits that come with the app and its packages."""

from collections.abc import Callable

from torch import Tensor

from engine.autoregressive.pictures._spec import Levels, Part
from engine.data import DATASETS, Data, held_out_digits


def stand_in(cut: Callable[[Tensor], Tensor], levels: int, *, named: bool = True) -> Levels:
    """5,000 digits of the training part, and 500 of the test part that are both held-out parts.

    Args:
        cut: (…) uint8, 0 … 255, to levels.
        levels: K.
        named: whether the pictures have classes.
    """
    known, held = DATASETS["mnist_5k"]().load(0), held_out_digits()

    def part(data: Data) -> Part:
        return Part(cut(data.x), data.y if named else data.y * 0)

    classes = held.classes if named else ()
    test = part(held)
    return Levels(train=part(known), validation=test, test=test, levels=levels, classes=classes)
