"""How does a script that stands alone read published files and folders of pictures?

The data sets' own readers trust nothing. These are short, for files that those have read before;
a test holds both equal.
"""

import gzip
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor

from engine.pictures import SUFFIXES, square


def file_of(name: str) -> Path:
    """A file or folder below what the script is called with, else below the folder data."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data")
    if not (folder / name).exists():
        sys.exit(f"There is no {folder / name}: name the folder it is in behind {sys.argv[0]}.")
    return folder / name


def idx_file(name: str) -> Tensor:
    """A file of MNIST's format, packed or not: a magic number, the sizes, then bytes."""
    folder = file_of(str(Path(name).parent))
    packed = folder / f"{Path(name).name}.gz"
    body = packed.read_bytes() if packed.exists() else file_of(name).read_bytes()
    body = gzip.decompress(body) if packed.exists() else body
    start = 4 + 4 * body[3]
    sizes = struct.unpack(f">{body[3]}I", body[4:start])
    return torch.frombuffer(bytearray(body[start:]), dtype=torch.uint8).view(sizes)


def idx_pictures(folder: str, examples: int) -> tuple[Tensor, Tensor]:
    """Four files of MNIST's format: the first training examples, then the published test set."""
    x, y = [], []
    for part, most in (("train", examples), ("t10k", None)):
        x.append(idx_file(f"{folder}/raw/{part}-images-idx3-ubyte")[:most, None])
        y.append(idx_file(f"{folder}/raw/{part}-labels-idx1-ubyte")[:most].long())
    return torch.cat(x), torch.cat(y)  # (N, 1, 28, 28), (N,)


def records(folder: str, examples: int) -> tuple[Tensor, Tensor]:
    """CIFAR-10's binary version: the first training examples, then the published test set."""
    names = [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]
    bodies = [file_of(f"{folder}/{name}.bin").read_bytes() for name in names]
    rows = [torch.frombuffer(bytearray(body), dtype=torch.uint8).view(-1, 3073) for body in bodies]
    found = torch.cat([torch.cat(rows[:5])[:examples], rows[5]])  # a label, then three pictures
    return found[:, 1:].reshape(-1, 3, 32, 32), found[:, 0].long()


def folders(
    parts: tuple[str, ...], classes: tuple[str, ...], each: int, size: int
) -> tuple[Tensor, Tensor]:
    """Pictures of a folder a class, the first of each by name; the last part is the test set."""
    x, y = [], []
    for part in parts:
        for number, name in enumerate(classes):
            inside = sorted(path.name for path in file_of(part).joinpath(name).glob("*"))
            names = [one for one in inside if one.lower().endswith(SUFFIXES)][:each]
            x += [square(file_of(part) / name / one, size) for one in names]
            y += [number] * len(names)
    return torch.stack(x), torch.tensor(y)  # (N, 3, size, size), (N,)
