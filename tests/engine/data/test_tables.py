"""Are the collected tables and digits those that scikit-learn has?"""

import numpy as np
import pytest
import torch
from sklearn import datasets

from engine.data import DATASETS
from engine.data.digits import levels


def test_digits_go_back_to_their_seventeen_levels() -> None:
    data, bunch = DATASETS["digits"]().load(0), datasets.load_digits()
    assert np.array_equal(levels(data.x)[:, 0].numpy(), bunch.images)
    assert data.y.tolist() == bunch.target.tolist()
    assert data.x.unique().tolist() == [level * 255 // 16 for level in range(17)]


@pytest.mark.parametrize(
    ("name", "bunch"),
    [("breast_cancer", datasets.load_breast_cancer), ("wine", datasets.load_wine)],
)
def test_a_table_has_the_columns_and_classes_of_its_source(name: str, bunch) -> None:
    data, source = DATASETS[name]().load(0), bunch()
    assert torch.equal(data.x, torch.from_numpy(source.data).float())
    assert data.y.tolist() == source.target.tolist()
    assert [f.replace(" ", "_") for f in data.features] == [
        f.replace(" ", "_") for f in source.feature_names
    ]


def test_breast_cancer_names_its_classes_as_counted_by_its_source() -> None:
    data = DATASETS["breast_cancer"]().load(0)
    counts = dict(zip(data.classes, data.y.bincount().tolist(), strict=True))
    assert counts == {"malignant": 212, "benign": 357}


def test_diabetes_is_in_its_own_units() -> None:
    data = DATASETS["diabetes"]().load(0)
    column = dict(zip(data.features, data.x.T, strict=True))
    assert (column["age (years)"].min(), column["age (years)"].max()) == (19, 79)
    assert column["sex"].unique().tolist() == [1, 2]
    assert 18 <= column["body mass index (kg/m²)"].min() < 42.3
    ratio = column["total cholesterol"] / column["HDL"]
    assert (ratio - column["total cholesterol / HDL"]).abs().median() < 0.3  # most are rounded
    assert (data.y.min(), data.y.max()) == (25, 346)
