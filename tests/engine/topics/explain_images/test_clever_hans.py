"""Does a network that can cheat cheat, and is the cheat measured where it is?"""

import numpy as np
import pytest
import torch

from engine.data import DATASETS
from engine.data.shapes import Shapes
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused
from engine.runs.shipped import put_shipped
from engine.runs.store import RunStore
from engine.scenes.render import MARKS, mark_side
from engine.topics.explain_images.clever_hans import CleverHans, clever_hans, marked, share

CPU = torch.device("cpu")
SMALL = CleverHans(
    agreements=(0.0, 1.0),
    methods=("lrp", "input_x_gradient"),
    pictures=24,
    size=16,
    examples=900,
    epochs=10,
)


def arrays(found: list[Event]) -> dict[str, np.ndarray]:
    return {k: v for event in found if isinstance(event, Frame) for k, v in event.arrays.items()}


@pytest.fixture(scope="module")
def whole() -> list[Event]:
    return list(clever_hans(SMALL, CPU))


def test_the_same_picture_is_tested_with_every_mark() -> None:
    data = DATASETS["shapes"].model_validate({"mark": "corner", "size": 32})
    assert isinstance(data, Shapes)
    tests, y, masks = marked(data, 12, 0)
    side = mark_side(32)
    for name in ("agrees", "wrong"):
        corner = tests[name][:, :, 0, 0]  # (N, 3)
        named = (corner[:, None] - MARKS).abs().sum(2).argmin(1)
        assert torch.equal(named == y, torch.full((12,), name == "agrees"))
    assert torch.equal(tests["moved"][:, :, -side:, -side:], tests["agrees"][:, :, :side, :side])
    rest = torch.ones(32, 32, dtype=torch.bool)
    rest[:side, :side] = False
    for name in ("agrees", "wrong"):
        assert torch.equal(tests[name][..., rest], tests["removed"][..., rest])
    assert masks.any()


def test_shares_are_of_what_is_positive() -> None:
    maps = torch.tensor([[[3.0, -9.0], [1.0, 0.0]], [[0.0, 0.0], [-1.0, 0.0]]])
    where = torch.tensor([[True, True], [False, False]]).expand(2, 2, 2)
    assert share(maps, where).tolist() == [0.75, 0.0]


def test_a_network_whose_mark_tells_all_leans_on_it_and_the_maps_say_so(whole: list[Event]) -> None:
    done = whole[-1]
    assert isinstance(done, Done)
    honest = {test: done.summary[f"{test}:0"] for test in ("agrees", "removed", "wrong")}
    assert max(honest.values()) - min(honest.values()) < 0.1
    assert done.summary["agrees:1"] > 0.7
    assert done.summary["wrong:1"] < 0.4
    found = arrays(whole)
    for name in SMALL.methods:
        assert found[f"1/mark/{name}"].mean() > 3 * found[f"0/mark/{name}"].mean()
        assert found[f"0/map/{name}"].shape == (4, 16, 16)


def test_a_pause_changes_no_number(whole: list[Event]) -> None:
    middle = [event.step for event in whole if isinstance(event, Checkpoint)][5]
    first = list(clever_hans(SMALL, CPU, until=middle))
    assert isinstance(first[-1], Paused)
    saved = [event for event in first if isinstance(event, Checkpoint)][-1].save()
    rest = list(clever_hans(SMALL, CPU, saved))
    both, expected = arrays(first) | arrays(rest), arrays(whole)
    assert both.keys() == expected.keys()
    assert all(np.array_equal(both[key], expected[key]) for key in expected)
    steps = [event.step for event in rest if isinstance(event, Metrics)]
    assert min(steps) > middle


def test_the_shipped_result_shows_accuracy_fall_with_the_mark(store: RunStore) -> None:
    config = CleverHans()
    assert put_shipped(store, config)
    history = store.history(config.key)
    removed = [history[f"removed:{i}"][1][-1] for i in range(len(config.agreements))]
    assert removed[0] > removed[2] > removed[-1]
