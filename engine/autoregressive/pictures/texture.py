"""The texture whose information sits in the blind spot of a single mask."""

from functools import lru_cache
from typing import ClassVar

import torch

from engine.autoregressive.pictures._spec import SOURCES, Levels, Part, Source
from engine.autoregressive.texture import Texture
from engine.config import About, knob


@SOURCES.register
class Textured(Source):
    about: ClassVar[About] = About(
        id="texture",
        label="Blind-spot texture",
        summary="Each pixel repeats one that a single mask never sees; its entropy is known.",
    )
    texture: Texture = Texture()
    examples: int = knob(2000, "Examples", ge=100, le=20_000, log=True, more=True)

    def load(self, seed: int) -> Levels:
        return _load(self, seed)


@lru_cache(maxsize=4)
def _load(source: Textured, seed: int) -> Levels:
    total = source.examples
    x = source.texture.sample(total, seed).to(torch.uint8)
    y = torch.zeros(total, dtype=torch.int64)
    first, second = round(0.7 * total), round(0.85 * total)
    parts = (slice(0, first), slice(first, second), slice(second, total))
    train, validation, test = (Part(x[rows], y[rows]) for rows in parts)
    return Levels(train=train, validation=validation, test=test, levels=source.texture.levels)
