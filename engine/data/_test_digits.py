"""Digits that no network of the app was trained on, for machines without MNIST's files.

The first 50 of each class of MNIST's test part, as one picture of 20 rows of 25; made by
`scripts/make_test_digits.py`. Source: LeCun, Bottou, Bengio and Haffner 1998.
"""

from functools import cache

import numpy as np
import torch

from engine.data._spec import Data
from engine.paths import ASSETS
from engine.pictures import read

PATH = ASSETS / "data" / "mnist_test_500.png"
EACH, COLUMNS, SIDE = 50, 25, 28


@cache
def held_out_digits() -> Data:
    """(500, 1, 28, 28), class by class; all of them are a test set. Shared: read it only."""
    pixels = np.asarray(read(PATH, enough=1), dtype=np.uint8)[..., 0]  # grey: all three alike
    x = pixels.reshape(-1, SIDE, COLUMNS, SIDE).transpose(0, 2, 1, 3).reshape(-1, 1, SIDE, SIDE)
    y = torch.arange(10).repeat_interleave(EACH)
    return Data(x=torch.from_numpy(x.copy()), y=y, classes=tuple("0123456789"), test=len(y))
