"""Is a set of masks legal, does it leak, or does it lose context?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autoregressive.causality import Causality, forbidden, found_in
from engine.autoregressive.classification import box, reach
from engine.autoregressive.masks import Masks
from engine.autoregressive.orders import ranks as ranks_of
from engine.autoregressive.propagation import pack, propagate, unpack
from engine.words import said


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What a network of these masks may and does look at, over all targets of an image."""

    causality: Causality  # which pixel sees which, where it must not
    offsets: tuple[tuple[int, int], ...]  # (rows down, columns right) of all leaks
    legal: int  # pairs (target, source): earlier, and in the reachable box
    unused: int  # of these, never seen
    lost: tuple[int, int]  # (unused, legal) of the middle pixel, all its channels

    @property
    def leaks(self) -> bool:
        return not self.causality.holds

    @property
    def loses(self) -> bool:
        """Whether some legal pixel within reach is never used."""
        return self.unused > 0

    @property
    def sentence(self) -> str:
        example = self.causality.example
        if example is not None:
            return said(
                "Leaks. {example} {pairs:,} such pairs in all.",
                example=example.sentence,
                pairs=self.causality.pairs,
            )
        if self.loses:
            return said(
                "Legal, but loses context: {unused:,} of {legal:,} legal pairs within "
                "reach are never used ({share:.1%}).",
                unused=self.unused,
                legal=self.legal,
                share=self.unused / self.legal,
            )
        return said("Legal, and uses all that is within reach.")


def judge(
    masks: Masks,
    layers: int,
    height: int,
    width: int,
    dilation: int | Sequence[int] = 1,
    ranks: NDArray[np.int64] | None = None,
) -> Verdict:
    """The verdict on a network of these masks, exact for every target, borders included.

    Args:
        masks: any; edited by hand as well.
        layers: at least 1.
        height, width: of the image in pixels.
        dilation: of all layers, or one a layer.
        ranks: (C, H, W) when each value is generated; None: row by row, channels in order.
    """
    ranks = ranks_of(masks.channels, height, width) if ranks is None else ranks
    field = propagate(masks, layers, height, width, dilation)[-1]
    size, shape = ranks.size, field.shape
    bits = field.bits.reshape(size, -1)
    later = forbidden(ranks)
    near = box(height, width, reach(masks, layers, dilation)).reshape(height * width, -1)
    near = np.tile(near, (masks.channels, masks.channels))  # (N, N)
    allowed = pack(near & ~later)
    leaks = unpack(bits & pack(later), shape).reshape(*shape, *shape)
    found = found_in(leaks)
    unused, legal = (
        np.bitwise_count(part).sum(axis=1, dtype=np.int64).reshape(shape)
        for part in (allowed & ~bits, allowed)
    )
    middle = (slice(None), height // 2, width // 2)
    return Verdict(
        found,
        tuple(found.offsets()) if not found.holds else (),
        int(legal.sum()),
        int(unused.sum()),
        (int(unused[middle].sum()), int(legal[middle].sum())),
    )
