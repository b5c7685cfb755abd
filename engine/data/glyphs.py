"""Printed characters, bent and thickened: as many classes and pixels as a lesson wants."""

import math
import string
from functools import lru_cache
from typing import ClassVar, Literal

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Generator, Tensor
from torch.nn import functional as F

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, DataError, Dataset, Kind
from engine.device import generator
from engine.words import said

ALPHABETS = {
    "digits": string.digits,
    "uppercase": string.ascii_uppercase,
    "letters": string.ascii_uppercase + string.ascii_lowercase,
    "all": string.digits + string.ascii_uppercase + string.ascii_lowercase,
}
CANVAS = 64  # pixels a side of the drawing that is bent
FILLED = 0.7  # share of the canvas that the tallest character fills
STROKES = (-1, 0, 1, 2, 3)  # pixels of the canvas taken off or put on every side of a stroke
BATCH = 512  # pictures at a time, which bounds the memory


@DATASETS.register
class Glyphs(Dataset):
    about: ClassVar[About] = About(
        id="glyphs",
        label="Characters",
        summary="Digits and letters of one printed font, rotated, slanted, moved, scaled, thin or "
        "fat.",
        source="The font is Aileron, which Pillow carries",
        url="https://pillow.readthedocs.io/en/stable/reference/ImageFont.html",
    )
    kind: ClassVar[Kind] = "image"
    alphabet: Literal["digits", "uppercase", "letters", "all"] = knob(
        "digits",
        "Alphabet",
        "With small and capital letters together, some pairs (o and O) differ only in size.",
        options={
            "digits": "Digits (10)",
            "uppercase": "Capitals (26)",
            "letters": "Letters (52)",
            "all": "All (62)",
        },
    )
    variation: float = knob(
        1.0, "Variation", "Of place, form and stroke; 0: all as printed.", ge=0, le=2, step=0.1
    )
    size: int = knob(20, "Size", ge=12, le=64, step=4, unit="pixels", more=True)
    examples: int = knob(4000, "Examples", ge=100, le=20_000, log=True, more=True)

    def load(self, seed: int) -> Data:
        names = ALPHABETS[self.alphabet]
        y = torch.arange(self.examples) % len(names)  # (N,)
        draw = generator(seed, "data", "glyphs")
        bend, stroke = _variations(self.examples, self.variation, draw)
        drawings = _drawings(names)
        x = torch.cat(
            [
                _picture(drawings[y[rows]], bend[rows], stroke[rows], self.size)
                for rows in torch.arange(self.examples).split(BATCH)
            ]
        )
        return Data(x=x, y=y, classes=tuple(names))


def _variations(n: int, strength: float, draw: Generator) -> tuple[Tensor, Tensor]:
    """Inverse affine maps (N, 2, 3), from picture to drawing, and positions (N,) in STROKES."""

    def around(half_width: float) -> Tensor:
        return half_width * strength * (2 * torch.rand(n, generator=draw) - 1)

    turn, slant = around(0.22), around(0.2)  # radians; sideways shift a unit of height
    wide, tall = around(0.14).exp(), around(0.14).exp()
    right, down = around(0.1), around(0.1)  # half sides
    cos, sin = turn.cos(), turn.sin()
    rows = [cos / wide, sin / wide + slant, right, -sin / tall, cos / tall, down]
    thickness = 1.6 + around(1.3)
    return torch.stack(rows, dim=1).view(n, 2, 3), thickness.clamp(0, len(STROKES) - 1)


def _picture(drawing: Tensor, bend: Tensor, stroke: Tensor, size: int) -> Tensor:
    """(n, S, 64, 64) drawings in S thicknesses to (n, 1, size, size) uint8."""
    row = torch.arange(len(drawing))
    low = stroke.floor().long().clamp(max=len(STROKES) - 2)
    share = (stroke - low)[:, None, None]
    ink = torch.lerp(drawing[row, low], drawing[row, low + 1], share)[:, None]  # (n, 1, 64, 64)
    fine = max(1, math.ceil(CANVAS / size))  # samples a pixel and side: none of the ink is missed
    grid = F.affine_grid(bend, [len(ink), 1, size * fine, size * fine], align_corners=False)
    out = F.avg_pool2d(F.grid_sample(ink, grid, align_corners=False), fine)
    return (out * 255).round().clamp(0, 255).to(torch.uint8)


@lru_cache(maxsize=4)
def _drawings(names: str) -> Tensor:
    """(K, S, 64, 64) in 0..1, white on black: each character in S thicknesses."""
    try:
        probe = ImageFont.load_default(size=CANVAS)
        tops, bottoms = zip(*((b[1], b[3]) for b in map(probe.getbbox, names)), strict=True)
    except (ImportError, AttributeError, TypeError) as error:
        raise DataError(
            said("Characters need a Pillow with FreeType; reinstall Pillow.")
        ) from error
    height = (max(bottoms) - min(tops)) / CANVAS  # of the alphabet at one unit of font size
    font = ImageFont.load_default(size=FILLED * CANVAS / height)
    top = min(font.getbbox(name)[1] for name in names)
    bottom = max(font.getbbox(name)[3] for name in names)
    pictures = []
    for name in names:
        left, _, right, _ = font.getbbox(name)
        picture = Image.new("L", (CANVAS, CANVAS))
        place = ((CANVAS - left - right) / 2, (CANVAS - top - bottom) / 2)  # one baseline for all
        ImageDraw.Draw(picture).text(place, name, font=font, fill=255)
        pictures.append(torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8))
    printed = torch.stack(pictures).view(-1, 1, CANVAS, CANVAS) / 255
    return torch.cat([_thicker(printed, step) for step in STROKES], dim=1)


def _thicker(ink: Tensor, step: int) -> Tensor:
    """Grow (or for a negative step shrink) every stroke by that many pixels, and soften it."""
    if step < 0:
        return 1 - _thicker(1 - ink, -step)
    grown = ink
    for turn in range(step):  # a plus and a square in turn: nearly round
        across = F.max_pool2d(grown, (1, 3), 1, (0, 1))
        down = F.max_pool2d(grown, (3, 1), 1, (1, 0))
        square = F.max_pool2d(grown, 3, 1, 1)
        grown = square if turn % 2 else torch.maximum(across, down)
    return F.avg_pool2d(grown, 3, 1, 1, count_include_pad=False)
