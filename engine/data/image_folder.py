"""Your own pictures: a folder a class, as torchvision's ImageFolder has them."""

import math
from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About, knob
from engine.data._alone import folders
from engine.data._pictures import Found, find, read_picture
from engine.data._spec import DATASETS, Data, DataError, Dataset, Kind, data_folder
from engine.plain import Plain, literal
from engine.words import said

FEWEST = 10  # pictures
MOST_PIXELS = 128 * 2**20  # of all pictures together, after resizing; they are float32 later


@DATASETS.register
class ImageFolder(Dataset):
    about: ClassVar[About] = About(
        id="image_folder",
        label="Folder of pictures",
        summary="Your pictures, one folder a class, under train/ and test/ or directly.",
        source="torchvision documentation: ImageFolder",
        url="https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html",
    )
    kind: ClassVar[Kind] = "image"
    local: ClassVar[bool] = False
    drawn: ClassVar[bool] = False
    folder: str = knob(
        "", "Folder", "Its name in the data folder; empty: the first that fits.", max_length=100
    )
    size: int = knob(32, "Size", "Cropped to a square.", ge=16, le=128, step=8, unit="pixels")
    examples: int = knob(
        5000,
        "Pictures",
        "At most this many of each part, as many of each class, the first by name.",
        ge=20,
        le=50_000,
        log=True,
        more=True,
    )

    def load(self, seed: int) -> Data:
        found = find(data_folder(), self.folder)
        x, y = self._read(found, "train")
        if found.test:
            pictures, index = self._read(found, "test")
            x, y = torch.cat([x, pictures]), torch.cat([y, index])
        if len(x) < FEWEST:
            raise DataError(
                said(
                    "{folder} has {count} pictures; at least {least} are needed.",
                    folder=found.folder,
                    count=len(x),
                    least=FEWEST,
                )
            )
        test = len(index) if found.test else 0
        return Data(x=x, y=y, classes=found.classes, test=test)

    def source(self, plain: Plain, seed: str) -> str:
        found = find(data_folder(), self.folder)
        each = math.ceil(self.examples / len(found.classes))
        parts = tuple(str(p.relative_to(data_folder())) for p in (found.train, found.test) if p)
        classes = literal(found.classes)
        return f"{plain.function(folders)}({literal(parts)}, {classes}, {each}, {self.size})"

    def _read(self, found: Found, part: str) -> tuple[Tensor, Tensor]:
        """(N, 3, H, W) uint8 and (N,) int64 of one part."""
        each = math.ceil(self.examples / len(found.classes))
        chosen = list(found.files(part, each))
        if len(chosen) * self.size**2 * 3 > MOST_PIXELS:
            raise DataError(
                said(
                    "{count} pictures of {size} by {size} pixels are too much; choose fewer or "
                    "smaller ones.",
                    count=len(chosen),
                    size=self.size,
                )
            )
        x = torch.empty(len(chosen), 3, self.size, self.size, dtype=torch.uint8)
        for row, (path, _) in enumerate(chosen):
            x[row] = read_picture(path, self.size)
        return x, torch.tensor([k for _, k in chosen])
