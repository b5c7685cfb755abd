"""Fashion-MNIST: pictures of clothes in MNIST's format, and harder than digits."""

from typing import ClassVar

from engine.config import About
from engine.data._idx import IdxDataset
from engine.data._spec import DATASETS
from engine.words import said

FOLDER = "FashionMNIST"
MIRRORS: tuple[str, ...] = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)
MD5 = {  # of the .gz files, as torchvision has them
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
}
CLASSES = (
    said("T-shirt/top"),
    said("Trouser"),
    said("Pullover"),
    said("Dress"),
    said("Coat"),
    said("Sandal"),
    said("Shirt"),
    said("Sneaker"),
    said("Bag"),
    said("Ankle boot"),
)


@DATASETS.register
class FashionMnist(IdxDataset):
    about: ClassVar[About] = About(
        id="fashion_mnist",
        label="Fashion-MNIST",
        summary="70,000 pictures of ten kinds of clothes, 28×28 pixels.",
        source="Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017 (arXiv:1708.07747)",
        url="https://github.com/zalandoresearch/fashion-mnist",
    )
    folder: ClassVar[str] = FOLDER
    classes: ClassVar[tuple[str, ...]] = CLASSES
    mirrors: ClassVar[tuple[str, ...]] = MIRRORS
    md5: ClassVar[dict[str, str]] = MD5
