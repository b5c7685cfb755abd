"""How are MNIST's idx files read without trusting them?

An idx file says how large it is. That is compared with what is there before memory is taken.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO, ClassVar

import torch
from torch import Tensor

from engine.config import knob
from engine.data._alone import idx_pictures
from engine.data._spec import Data, DataError, Dataset, Kind, Remote, data_folder
from engine.plain import Plain, literal
from engine.words import said

SIDE = 28  # pixels
MOST_BYTES = 100 * 2**20  # of one file; the largest published one has 47 MB
FILES = {
    part: (f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte")
    for part, stem in (("train", "train"), ("test", "t10k"))
}


class IdxDataset(Dataset):
    """Ten classes of 28x28 pixels in four files, as MNIST was published."""

    folder: ClassVar[str]
    classes: ClassVar[tuple[str, ...]]
    mirrors: ClassVar[tuple[str, ...]]
    md5: ClassVar[dict[str, str]]  # of the .gz files, as torchvision has them
    kind: ClassVar[Kind] = "image"
    local: ClassVar[bool] = False
    drawn: ClassVar[bool] = False
    examples: int = knob(
        60_000,
        "Training examples",
        "The first ones are read; the published test set is whole.",
        ge=100,
        le=60_000,
        log=True,
        more=True,
    )

    def load(self, seed: int) -> Data:
        return load_idx(self, self.folder, self.classes, self.examples)

    def source(self, plain: Plain, seed: str) -> str:
        return f"{plain.function(idx_pictures)}({literal(self.folder)}, {self.examples})"

    def remote(self) -> tuple[Remote, ...]:
        return idx_remotes(self.folder, self.mirrors, self.md5)


def idx_remotes(folder: str, mirrors: tuple[str, ...], md5: dict[str, str]) -> tuple[Remote, ...]:
    """The four files as published: mirror + name + .gz, unpacked into `folder`/raw."""
    return tuple(
        Remote(
            urls=tuple(f"{mirror}{name}.gz" for mirror in mirrors),
            md5=md5[name],
            holds=(f"{folder}/raw/{name}",),
        )
        for names in FILES.values()
        for name in names
    )


def load_idx(dataset: Dataset, folder: str, classes: tuple[str, ...], examples: int) -> Data:
    """The four files of `folder`/raw in the data folder, plain or .gz.

    Args:
        dataset: for messages.
        folder: torchvision's name of the data set's folder.
        classes: names in index order.
        examples: at most this many of the training examples, the first ones.

    Raises:
        DataError: a file is missing or is not what it says.
    """
    raw = data_folder() / folder / "raw"
    names = [name for pair in FILES.values() for name in pair]
    paths = {name: path for name in names if (path := _find(raw / name)) is not None}
    if missing := [name for name in names if name not in paths]:
        raise DataError(
            said(
                "{label} is not complete: download it, or put {missing} (with or without .gz) into "
                "{folder}.",
                label=dataset.about.label,
                missing=", ".join(missing),
                folder=raw,
            )
        )
    x, y = [], []
    for part, (images, labels) in FILES.items():
        pictures = read_idx(paths[images], 3)  # (N, 28, 28)
        digits = read_idx(paths[labels], 1).long()  # (N,)
        if pictures.shape[1:] != (SIDE, SIDE):
            raise _refused(
                paths[images], said("its pictures are not {side} by {side} pixels", side=SIDE)
            )
        if len(pictures) != len(digits) or len(digits) == 0:
            raise _refused(
                paths[labels],
                said(
                    "{labels} labels for {pictures} pictures",
                    labels=len(digits),
                    pictures=len(pictures),
                ),
            )
        if digits.max() >= len(classes):
            raise _refused(paths[labels], said("it has labels above {most}", most=len(classes) - 1))
        keep = examples if part == "train" else len(digits)
        x.append(pictures[:keep, None])  # (N, 1, 28, 28)
        y.append(digits[:keep])
    return Data(x=torch.cat(x), y=torch.cat(y), classes=classes, test=len(y[1]))


def read_idx(path: Path, dimensions: int) -> Tensor:
    """An idx file of unsigned bytes, plain or .gz.

    Returns:
        uint8 tensor with as many dimensions as asked for.

    Raises:
        DataError: another kind of file, or more or fewer bytes than its header says.
    """
    try:
        with _open(path) as file:
            head = file.read(4 + 4 * dimensions)
            if len(head) < 4 + 4 * dimensions or head[:4] != bytes([0, 0, 8, dimensions]):
                raise _refused(
                    path,
                    said("it is no idx file of bytes with {count} dimension(s)", count=dimensions),
                )
            shape = struct.unpack(f">{dimensions}I", head[4:])
            size = math.prod(shape)
            if size > MOST_BYTES:
                raise _refused(
                    path,
                    said("it announces {size} bytes, more than {most}", size=size, most=MOST_BYTES),
                )
            if path.suffix != ".gz" and path.stat().st_size != len(head) + size:
                raise _refused(
                    path, said("it announces {size} bytes and holds another number", size=size)
                )
            body = bytearray(file.read(size + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(path, said("it cannot be read ({error})", error=error)) from error
    if len(body) != size:
        raise _refused(path, said("it announces {size} bytes and holds another number", size=size))
    if size == 0:
        return torch.empty(shape, dtype=torch.uint8)
    return torch.frombuffer(body, dtype=torch.uint8).view(shape)


def _find(path: Path) -> Path | None:
    packed = path.with_name(path.name + ".gz")
    return next((candidate for candidate in (path, packed) if candidate.is_file()), None)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else open(path, "rb")  # type: ignore


def _refused(path: Path, why: str) -> DataError:
    return DataError(
        said("{path} is damaged: {why}; delete it and download it again.", path=path, why=why)
    )
