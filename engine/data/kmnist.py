"""KMNIST: ten cursive Japanese characters, each written in several very different ways."""

from typing import ClassVar

from engine.config import About
from engine.data._idx import IdxDataset
from engine.data._spec import DATASETS

FOLDER = "KMNIST"
MIRRORS: tuple[str, ...] = ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",)
MD5 = {  # of the .gz files, as torchvision has them
    "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
    "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
    "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
    "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
}
CLASSES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


@DATASETS.register
class Kmnist(IdxDataset):
    about: ClassVar[About] = About(
        id="kmnist",
        label="KMNIST",
        summary="70,000 cursive Japanese characters of 28×28 pixels, ten classes.",
        source="Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018 "
        "(arXiv:1812.01718)",
        url="https://github.com/rois-codh/kmnist",
    )
    folder: ClassVar[str] = FOLDER
    classes: ClassVar[tuple[str, ...]] = CLASSES
    mirrors: ClassVar[tuple[str, ...]] = MIRRORS
    md5: ClassVar[dict[str, str]] = MD5
