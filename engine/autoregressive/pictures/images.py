"""The images of any data set, cut into so many levels."""

from functools import lru_cache
from typing import Annotated, Any, ClassVar

import torch
from torch import Tensor

from engine.autoregressive.density import quantise
from engine.autoregressive.pictures._spec import SOURCES, Levels, Part, Source
from engine.autoregressive.pictures._stand_in import stand_in
from engine.config import About, knob
from engine.data import DATASETS, DataError, Dataset, data_folder, split
from engine.data.digits import levels as digit_levels
from engine.words import said


@SOURCES.register
class Images(Source):
    about: ClassVar[About] = About(
        id="images",
        label="Images",
        summary="A data set of images, each value cut into levels of equal width.",
    )
    data: Annotated[Dataset, DATASETS.field()] = knob(DATASETS["digits"](), "Images")
    levels: int = knob(
        17, "Levels", "Values of a pixel: 2 is black and white.", ge=2, le=256, log=True
    )

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "data":
            return [id for id, data in DATASETS.items() if data.kind == "image"]
        return None

    def load(self, seed: int) -> Levels:
        if self.data.kind != "image":
            raise DataError(
                said(
                    "{label} holds no images; choose a data set that does.",
                    label=self.data.about.label,
                )
            )
        return _load(self, seed, "" if self.data.local else str(data_folder()))

    def at_hand(self, seed: int) -> Levels:
        try:
            return self.load(seed)
        except DataError:
            if self.data.id != "mnist":
                raise
            return stand_in(lambda x: cut(x, self.levels), self.levels)


@lru_cache(maxsize=4)
def _load(source: Images, seed: int, where: str) -> Levels:
    data = source.data.load(seed)
    if data.x.shape[1] not in (1, 3):
        raise DataError(
            said("Images have 1 or 3 channels, not {channels}.", channels=data.x.shape[1])
        )
    x = cut(data.x, source.levels, exact=source.data.id == "digits")
    train, validation, test = (Part(x[rows], data.y[rows]) for rows in split(data, seed))
    return Levels(
        train=train, validation=validation, test=test, levels=source.levels, classes=data.classes
    )


def cut(x: Tensor, levels: int, exact: bool = False) -> Tensor:
    """(…) uint8, 0 … 255, to uint8 levels.

    Args:
        exact: the values are the 17 levels of the digits, which are restored before cutting.
    """
    if exact:
        return torch.div(digit_levels(x) * levels, 17, rounding_mode="floor").to(torch.uint8)
    return quantise(x, levels).to(torch.uint8)
