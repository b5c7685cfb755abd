"""MNIST: the handwritten digits that every method of the course was first shown on."""

from typing import ClassVar

from engine.config import About
from engine.data._idx import IdxDataset
from engine.data._spec import DATASETS

FOLDER = "MNIST"
MIRRORS: tuple[str, ...] = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
MD5 = {  # of the .gz files, as torchvision has them
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}
CLASSES = tuple("0123456789")


@DATASETS.register
class Mnist(IdxDataset):
    about: ClassVar[About] = About(
        id="mnist",
        label="MNIST",
        summary="70,000 handwritten digits of 28×28 pixels.",
        source="LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to "
        "Document Recognition, 1998",
        url="https://doi.org/10.1109/5.726791",
    )
    folder: ClassVar[str] = FOLDER
    classes: ClassVar[tuple[str, ...]] = CLASSES
    mirrors: ClassVar[tuple[str, ...]] = MIRRORS
    md5: ClassVar[dict[str, str]] = MD5
    fills: ClassVar[float] = 20 / 28
