"""Which files of a folder are pictures?

Links are never followed, and names never lead out of the data folder.
"""

import heapq
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps
from torch import Tensor

from engine.data._spec import DataError
from engine.pictures import SUFFIXES, PictureError, read, tensor
from engine.words import said, why

MOST_BYTES = 64 * 2**20  # of one file
MOST_CLASSES = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A folder that has the layout."""

    folder: Path
    train: Path  # the folder of class folders
    test: Path | None
    classes: tuple[str, ...]

    def files(self, part: str, most: int) -> Iterator[tuple[Path, int]]:
        """Pictures and class indices of "train" or "test", the first `most` names of each class."""
        root = self.test if part == "test" and self.test else self.train
        for index, name in enumerate(self.classes):
            for file in heapq.nsmallest(most, _pictures(root / name)):
                yield root / name / file, index


def find(root: Path, name: str) -> Found:
    """The folder `name` of `root`, or for an empty name the first one with the layout.

    Raises:
        DataError: no such folder, it lies elsewhere, or it has no class folders with pictures.
    """
    layout = said("class folders with pictures, directly or under train/ and test/")
    if name:
        found = _layout(_inside(root, name))
        if found is None:
            raise DataError(
                said("{folder} needs at least two {layout}.", folder=root / name, layout=layout)
            )
        return found
    for candidate in _folders(root):
        if (found := _layout(root / candidate)) is not None:
            return found
    raise DataError(
        said("No folder in {root} has {layout}; put one there.", root=root, layout=layout)
    )


def read_picture(path: Path, size: int) -> Tensor:
    """A picture, cropped to a centred square and resized: (3, size, size) uint8, RGB.

    Raises:
        DataError: no picture, a damaged one, or too large a one.
    """
    try:
        picture = read(path, size, MOST_BYTES)
    except PictureError as error:
        raise DataError(
            said("{path} cannot be used: {problem}", path=path, problem=why(error))
        ) from error
    return tensor(ImageOps.fit(picture, (size, size), Image.Resampling.BILINEAR))


def _inside(root: Path, name: str) -> Path:
    """`root / name`, which must lie there without links."""
    parts = PurePosixPath(name).parts
    if Path(name).is_absolute() or ".." in parts or "\\" in name or "\0" in name:
        raise DataError(
            said(
                "The folder must be a plain name in {root}, not {name}.",
                root=root,
                name=repr(name[:60]),
            )
        )
    path = root
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise DataError(said("{path} is a link; links are not followed.", path=path))
    if not path.is_dir():
        here = ", ".join(_folders(root)[:8]) or said("none")
        raise DataError(
            said(
                "There is no folder {name} in {root}; folders there: {here}.",
                name=repr(name[:60]),
                root=root,
                here=here,
            )
        )
    return path


def _layout(folder: Path) -> Found | None:
    inner = _folders(folder)
    train = folder / "train" if "train" in inner else folder
    test = folder / "test" if "train" in inner and "test" in inner else None
    classes = tuple(name for name in _folders(train) if next(_pictures(train / name), None))
    if len(classes) < 2:
        return None
    if len(classes) > MOST_CLASSES:
        raise DataError(
            said(
                "{folder} has {count} classes; at most {most} are read.",
                folder=train,
                count=len(classes),
                most=MOST_CLASSES,
            )
        )
    if test:
        tested = [name for name in _folders(test) if next(_pictures(test / name), None)]
        if unknown := sorted(set(tested) - set(classes)):
            raise DataError(
                said(
                    "{test} has a class {name} that {train} lacks.",
                    test=test,
                    name=repr(unknown[0]),
                    train=train,
                )
            )
        test = test if tested else None
    return Found(folder, train, test, classes)


def _folders(folder: Path) -> list[str]:
    """Sorted names of the folders in a folder, without links and hidden ones."""
    return sorted(
        entry.name
        for entry in _entries(folder)
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
    )


def _pictures(folder: Path) -> Iterator[str]:
    for entry in _entries(folder):
        if entry.name.lower().endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
            yield entry.name


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:  # not there, or not ours to read: nothing in it, and the caller says so
        return
