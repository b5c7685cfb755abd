"""What is a masking scheme, to the engine and to every page?"""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, Masks
from engine.config import Part
from engine.registry import Registry


class Scheme(Part):
    """Which masks the first and the later layers of a network carry."""

    leaks: ClassVar[bool] = False  # sees pixels that are not generated yet

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        """(main, vertical) mask of the first layer, each (C, C, k, k)."""
        raise NotImplementedError

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        """(main, vertical) mask of every later layer."""
        raise NotImplementedError

    def masks(
        self, kernel: int, order: Sequence[int] = (0,), first_kernel: int | None = None
    ) -> Masks:
        """All masks of a network.

        Args:
            kernel: side of the kernels, odd.
            order: the channels, first generated first; its length is the number of channels.
            first_kernel: of the first layer, where it differs.
        """
        main_first, vertical_first = self.first(first_kernel or kernel, order)
        main_later, vertical_later = self.later(kernel, order)
        vertical = None
        if vertical_first is not None and vertical_later is not None:
            vertical = (vertical_first, vertical_later)
        return Masks((main_first, main_later), vertical)


SCHEMES: Registry[Scheme] = Registry("masking scheme")
