"""Diabetes: how far will the disease progress in a year, from ten numbers at its start?"""

from typing import ClassVar, Literal

import torch

from engine.config import About
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.words import said

FEATURES = (
    "age (years)",
    "sex",
    "body mass index (kg/m²)",
    "mean blood pressure (mmHg)",
    "total cholesterol",  # the published table gives no unit for this and the next five
    "LDL",
    "HDL",
    "total cholesterol / HDL",
    "log triglycerides",
    "blood sugar",
)


@DATASETS.register
class Diabetes(Dataset):
    about: ClassVar[About] = About(
        id="diabetes",
        label="Diabetes",
        summary="442 patients, ten measurements, a score of the disease one year later.",
        source="Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, 2004",
        url="https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
    )
    kind: ClassVar[Kind] = "table"
    task: ClassVar[Literal["classification", "regression"]] = "regression"
    drawn: ClassVar[bool] = False

    def load(self, seed: int) -> Data:
        from sklearn.datasets import load_diabetes  # slow to import, and needed only here

        bunch = load_diabetes(scaled=False)
        return Data(
            x=torch.from_numpy(bunch.data).float(),  # (442, 10)
            y=torch.from_numpy(bunch.target).float()[:, None],  # (442, 1), 25 to 346
            features=FEATURES,
            target=said("disease progression after one year (score, 25 to 346)"),
        )
