"""Which masks leak or lose context, what gives each of them away, and where is it from?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.autoregressive.masks import (
    Mask,
    Masks,
    above,
    channel_matrix,
    left,
    lift,
    nothing,
    own_row,
)
from engine.autoregressive.schemes import SCHEMES
from engine.words import said

Standing = Literal["mistake", "right", "made"]
STANDING: dict[Standing, str] = {
    "mistake": said("Published by mistake."),
    "right": said("Published, and right where it stands."),
    "made": said(
        "Made for this page: it shows what would happen, and nobody is known to have used it."
    ),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One set of masks that leaks, or loses context, as it is used here."""

    id: str
    title: str
    what: str  # was done
    gives_away: str  # the symptom
    verdict: Literal["leaks", "loses"]
    meant: str  # id of the scheme that it should have been
    make: Callable[[int], Masks]  # from the side of the kernel, odd
    standing: Standing  # whether it was published, and whether that was a mistake
    intent: str  # what its author meant, or what it is made to show
    source: str = ""
    url: str = ""
    channels: int = 1


GARBAGE = said("The training loss is too good to be true, and samples are garbage.")


def _b_first(kernel: int) -> Masks:
    later = SCHEMES["single"]().masks(kernel).main[1]
    return Masks((later, later))


def _own_row_kept(kernel: int) -> Masks:
    right = SCHEMES["two_stacks"]().masks(kernel)
    later = lift(above(kernel) | own_row(kernel))
    return replace(right, vertical=(later, later))


def _rows_below(kernel: int) -> Masks:
    first = SCHEMES["single"]().masks(kernel).main[0]
    return Masks((first, lift(~own_row(kernel))))


def _reversed(kernel: int) -> Masks:
    first, later = SCHEMES["single"]().masks(kernel).main
    return Masks((first[:, :, ::-1, ::-1].copy(), later[:, :, ::-1, ::-1].copy()))


def _padded(padding: Literal["replicate", "reflect", "circular"]) -> Callable[[int], Masks]:
    return lambda kernel: replace(SCHEMES["two_stacks"]().masks(kernel), padding=padding)


def _wrong_end(kernel: int) -> Masks:
    right = SCHEMES["two_stacks"]().masks(kernel)
    moved: Mask = np.zeros_like(lift(nothing(kernel)))
    moved[:, :, 1:] = lift(above(kernel))[:, :, :-1]  # one row further down
    return replace(right, vertical=(moved, lift(above(kernel) | own_row(kernel))))


def _nothing_along_the_row(kernel: int) -> Masks:
    right = SCHEMES["two_stacks"]().masks(kernel)
    return replace(right, main=(lift(nothing(kernel)), lift(nothing(kernel))))


def _channels_reversed(kernel: int) -> Masks:
    cells, order = above(kernel) | left(kernel), (0, 1, 2)
    first, later = (lift(cells, channel_matrix(kind, order).T) for kind in ("A", "B"))
    return Masks((first, later))


MUSEUM: dict[str, Piece] = {
    piece.id: piece
    for piece in (
        Piece(
            "b_first", said("Mask B in the first layer"),
            said("The first layer keeps the centre cell, so every pixel sees itself."),
            said("The loss falls to almost nothing: the network copies its input."),
            "leaks", "single", _b_first, "mistake",
            said(
                "A causal network. Its author found it himself: the change applies mask A in the "
                "very first layer."
            ),
            said("rampage644/wavenet, pull request 6"),
            "https://github.com/rampage644/wavenet/pull/6",
        ),
        Piece(
            "own_row_kept", said("Own row kept in the first vertical layer"),
            said(
                "Later layers of the vertical stack may keep their own row; here the first one "
                "does."
            ),
            GARBAGE, "leaks", "two_stacks", _own_row_kept, "made",
            said("The same layer twice, where the first one has to differ from those after it."),
        ),
        Piece(
            "rows_below", said("Own row forbidden, rows below kept"),
            said("`mask[:, :, height // 2] = 0` where `height // 2 + 1:` was meant."),
            GARBAGE, "leaks", "single", _rows_below, "mistake",
            said(
                "Mask B: the rows below should be forbidden. Two readers report it and a third "
                "proposes the change; the author has not answered."
            ),
            said("j-min/PixelCNN, issue 3"),
            "https://github.com/j-min/PixelCNN/issues/3",
        ),
        Piece(
            "reversed", said("Reversed mask"),
            said(
                "The mask keeps what comes after the pixel. It is right for images that are "
                "generated "
                "from the last pixel to the first, and only for those."
            ),
            said("The likelihood is as good as ever, and sampling from the top gives noise."),
            "leaks", "single", _reversed, "right",
            said(
                "A flow whose order runs from the last pixel to the first, in openai/iaf, where "
                "any order is right as long as it is kept. A reader of another program asks why "
                "it looks reversed."
            ),
            said("The question: pclucas14/iaf-vae, issue 4"),
            "https://github.com/pclucas14/iaf-vae/issues/4",
        ),
        Piece(
            "wrong_end", said("Shifted by cropping the wrong end"),
            said(
                "The rows above are looked at by padding and then cropping one row; the first "
                "row is "
                "cut off in place of the last, so the window lies one row too low."
            ),
            said("Changing a pixel changes outputs that come before it."),
            "leaks", "two_stacks", _wrong_end, "made",
            said("To look at the rows above by shifting, as causal convolutions are often built."),
        ),
        Piece(
            "replicate", said("Border padded with the nearest pixel"),
            said("Above the first row stands a copy of it, with what lies to the right."),
            said("The middle of the image is causal; only the first rows see the future."),
            "leaks", "two_stacks", _padded("replicate"), "made",
            said("Borders that are not dark: harmless in other networks, and here a leak."),
        ),
        Piece(
            "reflect", said("Border padded with the mirror image"),
            said("Above the first row stands the second one."),
            said("The middle of the image is causal; only the first rows see the future."),
            "leaks", "two_stacks", _padded("reflect"), "made",
            said("Borders without an edge: harmless in other networks, and here a leak."),
        ),
        Piece(
            "circular", said("Border padded with the opposite side"),
            said("Above the first row stands the last one, and left of a row its own end."),
            said("The middle of the image is causal; first rows and left columns see the future."),
            "leaks", "two_stacks", _padded("circular"), "made",
            said("Pictures without a border, such as panoramas: here the end comes first."),
        ),
        Piece(
            "row_gets_nothing", said("Horizontal stack gets nothing of its row"),
            said(
                "A mask of type A on 1x1 convolutions forbids their only cell, and with it all "
                "that "
                "the horizontal stack has found in its own row."
            ),
            said(
                "Pixels of a row are drawn without looking at each other: samples fall into "
                "streaks."
            ),
            "loses", "two_stacks", _nothing_along_the_row, "mistake",
            said(
                "To mask every convolution of the horizontal stack, those of 1x1 included. It was "
                "reported with a picture of the field, and mended."
            ),
            said("anantzoid/Conditional-PixelCNN-decoder, issue 9"),
            "https://github.com/anantzoid/Conditional-PixelCNN-decoder/issues/9",
        ),
        Piece(
            "blind_spot", said("One mask a layer"),
            said("Every mask is legal, and a wedge to the upper right is never seen."),
            said("Nothing: the loss is a little higher than it need be."),
            "loses", "two_stacks", lambda kernel: SCHEMES["single"]().masks(kernel), "right",
            said(
                "The first PixelCNN, a legal network. The paper that names its blind spot and "
                "repairs it, by the same group, came half a year later."
            ),
            said("van den Oord et al. 2016, Conditional image generation with PixelCNN, figure 1"),
            "https://arxiv.org/abs/1606.05328",
        ),
        Piece(
            "channels_reversed", said("Channels masked from the wrong end"),
            said(
                "`mask[…, :c] = 0` where `c:` was meant: red sees the green and blue of its "
                "own pixel."
            ),
            said("Colours are right in training and random in samples."),
            "leaks", "single", _channels_reversed, "right",
            said(
                "There the true frame is put in front of the other feature maps, and exactly those "
                "first maps are to be hidden, as the author explains. Copied into a network whose "
                "channels are colours it becomes what stands here."
            ),
            said("The explanation: o-tawab/Video-Pixel-Networks, issue 1"),
            "https://github.com/o-tawab/Video-Pixel-Networks/issues/1", 3,
        ),
    )
}  # fmt: skip
