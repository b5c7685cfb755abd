"""Breast cancer (Wisconsin): thirty measurements of cell nuclei, malignant or benign?"""

from typing import ClassVar

import torch

from engine.config import About
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.words import said


@DATASETS.register
class BreastCancer(Dataset):
    about: ClassVar[About] = About(
        id="breast_cancer",
        label="Breast cancer",
        summary="569 tumours, 30 strongly correlated measurements of cell nuclei, two classes.",
        source="Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor "
        "diagnosis, 1993",
        url="https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic",
    )
    kind: ClassVar[Kind] = "table"
    drawn: ClassVar[bool] = False

    def load(self, seed: int) -> Data:
        from sklearn.datasets import load_breast_cancer  # slow to import, and needed only here

        bunch = load_breast_cancer()
        return Data(
            x=torch.from_numpy(bunch.data).float(),  # (569, 30)
            y=torch.from_numpy(bunch.target).long(),
            classes=(said("malignant"), said("benign")),
            features=tuple(map(str, bunch.feature_names)),
        )
