"""What is a source of pictures, to the engine and to every page?"""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from engine.config import Part as ConfigPart
from engine.registry import Registry


class Part(NamedTuple):
    """One part of the pictures. Shared: read it, do not write to it."""

    x: Tensor  # (n, C, H, W) uint8 levels, 0 to K - 1
    y: Tensor  # (n,) int64 class; zeros where there are none


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Pictures whose values are levels, split, on the CPU."""

    train: Part
    validation: Part
    test: Part
    levels: int  # K
    classes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)"""
        _, channels, height, width = self.train.x.shape
        return channels, height, width


class Source(ConfigPart):
    """Where pictures come from, with its knobs."""

    def load(self, seed: int) -> Levels:
        """The same pictures for the same knobs and seed.

        Raises:
            DataError: files are missing or damaged.
        """
        raise NotImplementedError

    def at_hand(self, seed: int) -> Levels:
        """The same without files where others can stand in for them, else as `load`.

        What stands in is of the same kind, size and classes, and never of the training part of
        what comes with the app, where it is to be held out.
        """
        return self.load(seed)


SOURCES: Registry[Source] = Registry("source of pictures")
