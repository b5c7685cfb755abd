"""Scikit-learn's 8x8 digits: the smallest real images a network can learn from in a second."""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.data._spec import DATASETS, Data, Dataset, Kind


@DATASETS.register
class Digits(Dataset):
    about: ClassVar[About] = About(
        id="digits",
        label="Digits 8×8",
        summary="1797 handwritten digits of 8×8 pixels and 17 grey levels.",
        source="Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (test "
        "part)",
        url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html",
    )
    kind: ClassVar[Kind] = "image"
    drawn: ClassVar[bool] = False
    fills: ClassVar[float] = 1.0

    def load(self, seed: int) -> Data:
        from sklearn.datasets import load_digits  # slow to import, and needed only here

        bunch = load_digits()
        level = torch.from_numpy(bunch.images).long()  # (N, 8, 8), 0 to 16
        x = (level * 255 // 16).to(torch.uint8)[:, None]  # (N, 1, 8, 8)
        return Data(x=x, y=torch.from_numpy(bunch.target).long(), classes=tuple("0123456789"))


def levels(x: Tensor) -> Tensor:
    """The 17 grey levels that the pictures were measured in: the way back from 0..255.

    Args:
        x: uint8 of any shape, as `load` gives it: level * 255 // 16.

    Returns:
        int64 of the same shape, 0 to 16.
    """
    return (x.long() * 16 + 127) // 255
