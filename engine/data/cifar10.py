"""CIFAR-10: small photographs of ten things, read from the binary version.

The binary version holds plain bytes; the usual one holds Python pickles, which can run code.
"""

from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About, knob
from engine.data._alone import records
from engine.data._spec import DATASETS, Data, DataError, Dataset, Kind, Remote, data_folder
from engine.plain import Plain, literal
from engine.words import said

FOLDER = "cifar-10-batches-bin"
URLS: tuple[str, ...] = ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",)
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
TRAIN = tuple(f"data_batch_{k}.bin" for k in range(1, 6))
TEST = ("test_batch.bin",)
CLASSES = (
    said("airplane"),
    said("automobile"),
    said("bird"),
    said("cat"),
    said("deer"),
    said("dog"),
    said("frog"),
    said("horse"),
    said("ship"),
    said("truck"),
)
RECORD = 1 + 3 * 32 * 32  # bytes: the label, then the red, the green and the blue picture
MOST_RECORDS = 10_000  # of one file


@DATASETS.register
class Cifar10(Dataset):
    about: ClassVar[About] = About(
        id="cifar10",
        label="CIFAR-10",
        summary="60,000 colour photographs of ten classes, 32×32 pixels.",
        source="Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
        url="https://www.cs.toronto.edu/~kriz/cifar.html",
    )
    kind: ClassVar[Kind] = "image"
    local: ClassVar[bool] = False
    drawn: ClassVar[bool] = False
    examples: int = knob(
        50_000,
        "Training examples",
        "The first ones are read; the published test set is whole.",
        ge=100,
        le=50_000,
        log=True,
        more=True,
    )

    def load(self, seed: int) -> Data:
        folder = data_folder() / FOLDER
        if missing := [name for name in TRAIN + TEST if not (folder / name).is_file()]:
            raise DataError(
                said(
                    "CIFAR-10 is not complete: download it, or put {missing} of its binary version "
                    "into {folder}.",
                    missing=", ".join(missing),
                    folder=folder,
                )
            )
        train = torch.cat([read_batch(folder / name) for name in TRAIN])[: self.examples]
        test = torch.cat([read_batch(folder / name) for name in TEST])
        rows = torch.cat([train, test])  # (N, 3073)
        return Data(
            x=rows[:, 1:].reshape(-1, 3, 32, 32),
            y=rows[:, 0].long(),
            classes=CLASSES,
            test=len(test),
        )

    def source(self, plain: Plain, seed: str) -> str:
        return f"{plain.function(records)}({literal(FOLDER)}, {self.examples})"

    def remote(self) -> tuple[Remote, ...]:
        return (
            Remote(urls=URLS, md5=MD5, holds=tuple(f"{FOLDER}/{name}" for name in TRAIN + TEST)),
        )


def read_batch(path: Path) -> Tensor:
    """(N, 3073) uint8: label and pixels of each record.

    Raises:
        DataError: the file is not a whole number of records, or has a label above 9.
    """
    try:
        with open(path, "rb") as file:
            body = bytearray(file.read(MOST_RECORDS * RECORD + 1))
    except OSError as error:
        raise _refused(path, said("it cannot be read ({error})", error=error)) from error
    if not 0 < len(body) <= MOST_RECORDS * RECORD or len(body) % RECORD:
        raise _refused(
            path,
            said("it is not 1 to {most} records of {bytes} bytes", most=MOST_RECORDS, bytes=RECORD),
        )
    rows = torch.frombuffer(body, dtype=torch.uint8).view(-1, RECORD)
    if rows[:, 0].max() >= len(CLASSES):
        raise _refused(path, said("it has labels above {most}", most=9))
    return rows


def _refused(path: Path, why: str) -> DataError:
    return DataError(
        said("{path} is damaged: {why}; delete it and download it again.", path=path, why=why)
    )
