"""What does every data set that needs no file promise?"""

from pathlib import Path

import pytest
import torch

import engine.data
from engine.config import bounds
from engine.data import DATASETS, Data, Dataset

LOCAL = [name for name in DATASETS if DATASETS[name].local]
DRAWN = [name for name in LOCAL if DATASETS[name].drawn]
BALANCED = [
    name for name in DRAWN if DATASETS[name].task == "classification" and name != "card_fraud"
]
# small enough to draw each of them many times
SMALL = {"shapes": {"examples": 120, "size": 16}, "glyphs": {"examples": 124, "size": 12}}


def small(name: str, **knobs: object) -> Dataset:
    return DATASETS[name](**{**SMALL.get(name, {}), **knobs})


def same(one: Data, other: Data) -> bool:
    masks = one.masks is None or torch.equal(one.masks, other.masks)
    return torch.equal(one.x, other.x) and torch.equal(one.y, other.y) and masks


def check(dataset: Dataset, data: Data) -> None:
    n = len(data.x)
    assert n == getattr(dataset, "examples", n)
    if dataset.kind == "image":
        assert data.x.dtype == torch.uint8 and data.x.ndim == 4 and data.x.shape[1] in (1, 3)
        assert data.features == ()
        assert data.x.flatten(1).float().std(1).min() > 0, "a picture is blank"
    else:
        assert data.x.dtype == torch.float32 and data.x.ndim == 2
        assert len(data.features) == data.x.shape[1] and len(set(data.features)) == n_features(data)
        assert data.x.isfinite().all()
    if dataset.task == "classification":
        assert data.y.dtype == torch.int64 and data.y.shape == (n,)
        assert len(set(data.classes)) == len(data.classes) >= 2
        assert data.y.unique().tolist() == list(range(len(data.classes)))
    else:
        assert data.y.dtype == torch.float32 and data.y.shape == (n, 1) and data.y.isfinite().all()
        assert data.classes == () and data.target
    if data.masks is not None:
        assert data.masks.dtype == torch.bool
        assert data.masks.shape == (n, *data.x.shape[2:]) and data.masks.flatten(1).any(1).all()
    for column, names in data.codes.items():
        codes = data.x[:, data.features.index(column)]
        assert set(codes.tolist()) <= set(range(len(names)))


def n_features(data: Data) -> int:
    return data.x.shape[1]


def test_every_file_registers_one_data_set_named_like_it() -> None:
    files = Path(engine.data.__file__).parent.glob("[!_]*.py")
    assert sorted(file.stem for file in files) == sorted(DATASETS)
    assert all(DATASETS[name].about.id == name for name in DATASETS)
    assert all(DATASETS[name].__module__ == f"engine.data.{name}" for name in DATASETS)


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_says_what_it_is(name: str) -> None:
    about = DATASETS[name].about
    assert about.label and about.summary.endswith(".")
    assert about.source or about.url or about.formula


@pytest.mark.parametrize("name", DATASETS)
def test_every_number_has_a_range_and_every_choice_its_options(name: str) -> None:
    for field in DATASETS[name]().knobs().values():
        default = field.get_default()
        if isinstance(default, int | float) and not isinstance(default, bool):
            low, high = bounds(field)
            assert low <= default <= high
        assert field.title


@pytest.mark.parametrize("name", LOCAL)
def test_rows_and_labels_have_the_shapes_and_types_that_the_engine_expects(name: str) -> None:
    dataset = DATASETS[name]()
    check(dataset, dataset.load(0))


@pytest.mark.parametrize("name", LOCAL)
def test_the_same_seed_gives_the_same_data_whatever_the_global_seed(name: str) -> None:
    first = small(name).load(3)
    torch.rand(7)  # advances the global source of randomness
    assert same(first, small(name).load(3))


@pytest.mark.parametrize("name", DRAWN)
def test_another_seed_draws_other_data(name: str) -> None:
    assert not torch.equal(small(name).load(0).x, small(name).load(1).x)


@pytest.mark.parametrize("name", sorted(set(LOCAL) - set(DRAWN)))
def test_collected_data_do_not_depend_on_the_seed(name: str) -> None:
    assert same(small(name).load(0), small(name).load(1))


@pytest.mark.parametrize("name", BALANCED)
def test_classes_are_equally_frequent(name: str) -> None:
    counts = small(name).load(0).y.bincount()
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize(
    ("name", "knob", "value"),
    [
        (name, knob, value)
        for name in LOCAL
        for knob, field in DATASETS[name]().knobs().items()
        for value in (
            [v for v in bounds(field) if v is not None]
            or list(getattr(field.annotation, "__args__", (True, False)))
        )
    ],
)
def test_every_knob_works_at_its_extremes(name: str, knob: str, value: object) -> None:
    dataset = small(name, **{knob: value})
    check(dataset, dataset.load(0))
