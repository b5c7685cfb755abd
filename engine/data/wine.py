"""Wine: from thirteen chemical measurements, which of three cultivars is it?"""

from typing import ClassVar

import torch

from engine.config import About
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.words import said


@DATASETS.register
class Wine(Dataset):
    about: ClassVar[About] = About(
        id="wine",
        label="Wine",
        summary="178 wines of three cultivars, 13 measurements on very different scales.",
        source="Aeberhard and Forina, Wine, UCI Machine Learning Repository, 1992",
        url="https://archive.ics.uci.edu/dataset/109/wine",
    )
    kind: ClassVar[Kind] = "table"
    drawn: ClassVar[bool] = False

    def load(self, seed: int) -> Data:
        from sklearn.datasets import load_wine  # slow to import, and needed only here

        bunch = load_wine()
        return Data(
            x=torch.from_numpy(bunch.data).float(),  # (178, 13)
            y=torch.from_numpy(bunch.target).long(),
            classes=(said("cultivar 1"), said("cultivar 2"), said("cultivar 3")),
            features=tuple(name.replace("_", " ") for name in bunch.feature_names),
        )
