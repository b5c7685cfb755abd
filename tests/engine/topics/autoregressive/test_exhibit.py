"""What training makes of a mask: a leak is read, and nothing can be drawn with it."""

import json

import numpy as np
import pytest
import torch

from dashboard.blind_spot import cost
from dashboard.blind_spot.exhibit import NOTICED
from engine.autoregressive.masks_from_text import cells_of, text_of, written
from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused, Started
from engine.runs.shipped import FOLDER, put_shipped
from engine.runs.store import RunStore
from engine.topics.autoregressive.exhibit import Exhibit, density
from engine.topics.autoregressive.museum import MUSEUM, STANDING
from engine.topics.autoregressive.verdict import judge

CPU = torch.device("cpu")
COLOUR = "channels_reversed"


def shipped(piece: str, tmp_path) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    store, config = RunStore(tmp_path), Exhibit(piece=piece)
    assert put_shipped(store, config), f"scripts/make_results.py museum: {piece} is not shipped"
    (step,) = store.frame_steps(config.key)
    return store.run(config.key).summary, store.frame(config.key, step)


@pytest.mark.parametrize("piece", ["b_first", "own_row_kept", "rows_below", "wrong_end"])
def test_a_mask_that_sees_the_pixel_itself_needs_no_bits_and_draws_nothing(piece, tmp_path):
    bits, drawn = shipped(piece, tmp_path)
    assert bits["these"] < 0.3 < 1.5 < bits["right"]
    assert (drawn["these"] > 1).mean() < 0.01 < 0.3 < (drawn["right"] > 1).mean()


def test_a_reversed_mask_shows_in_no_number_and_in_every_sample(tmp_path):
    bits, drawn = shipped("reversed", tmp_path)
    assert abs(bits["these"] - bits["right"]) < 0.05
    assert (drawn["these"] > 1).mean() < 0.6 * (drawn["right"] > 1).mean()


@pytest.mark.parametrize("piece", [p for p in MUSEUM if MUSEUM[p].verdict == "loses"])
def test_what_is_never_seen_costs_bits_and_is_drawn_all_the_same(piece, tmp_path):
    bits, drawn = shipped(piece, tmp_path)
    assert bits["right"] < bits["these"] < bits["right"] + 0.5
    assert (drawn["these"] > 1).mean() > 0.3


def test_a_channel_that_sees_those_after_it_reads_a_part_of_the_answer(tmp_path):
    bits, drawn = shipped(COLOUR, tmp_path)
    assert bits["these"] < 0.7 * bits["right"]
    assert drawn["these"].shape[1] == 3


def test_pieces_say_where_they_are_from():
    """Published ones name the place; of those made here none claims to have been."""
    assert {piece.standing for piece in MUSEUM.values()} == set(STANDING)
    for piece in MUSEUM.values():
        assert len(piece.intent) > 30, piece.id
        assert bool(piece.source) == bool(piece.url) == (piece.standing != "made"), piece.id


def test_one_plain_network_pays_for_the_wedge_whatever_the_seed(tmp_path):
    store = RunStore(tmp_path)
    for kernel in (3, 5, 7):
        for config in cost.with_and_without(kernel):
            assert put_shipped(store, config), "scripts/make_results.py wedge"
            bits = store.run(config.key).summary
            assert 0.02 < bits["these"] - bits["right"] < 0.12, (kernel, config.seed)


def test_the_same_masks_differ_between_seeds_by_less_than_what_is_called_suspicious(tmp_path):
    store = RunStore(tmp_path)
    for kernel in (3, 5, 7):
        found = {"these": [], "right": []}
        for config in cost.with_and_without(kernel):
            put_shipped(store, config)
            for name, values in found.items():
                values.append(store.run(config.key).summary[name])
        assert all(max(values) - min(values) < NOTICED / 2 for values in found.values())


def test_the_museum_in_training_stays_small():
    keys = [Exhibit(piece=piece).key for piece in MUSEUM]
    files = [FOLDER / f"{key}.{end}" for key in keys for end in ("json", "safetensors")]
    assert sum(path.stat().st_size for path in files) < 80_000


def test_the_shipped_numbers_are_what_the_engine_computes_today():
    config = Exhibit()
    told = json.loads((FOLDER / f"{config.key}.json").read_text())["points"]
    for event in config.run(CPU, until=40):
        match event:
            case Started(steps, _):
                assert steps == 480
            case Metrics(step, values):
                assert values == pytest.approx(dict(told)[step], abs=0.02)
    assert step == 40


def test_a_paused_exhibit_goes_on_as_if_it_had_never_stopped():
    config = Exhibit(piece="wrong_end")

    def until(step, start=None):
        saved = {}
        for event in config.run(CPU, start, step):
            match event:
                case Checkpoint(_, save):
                    saved = save()
                case Paused(at):
                    assert at == step
        return saved

    straight, broken = until(6), until(6, until(3))
    assert straight.keys() == broken.keys()
    for name, value in straight.items():
        if not name.endswith("progress"):  # seconds differ
            assert torch.equal(value, broken[name]), name


def test_the_pictures_come_with_the_end(monkeypatch):
    monkeypatch.setattr("engine.topics.autoregressive.exhibit.EPOCHS", 1)
    events = list(Exhibit(piece="reversed", seed=1).run(CPU))
    assert isinstance(events[-1], Done) and events[-1].summary.keys() == {"these", "right"}
    (frame,) = [event for event in events if isinstance(event, Frame)]
    assert frame.step == events[-1].step == 40
    assert {name: array.shape for name, array in frame.arrays.items()} == {
        "these": (16, 1, 8, 8),
        "right": (16, 1, 8, 8),
    }


@pytest.mark.parametrize("piece", MUSEUM)
def test_what_was_meant_is_legal(piece):
    config = Exhibit(piece=piece)
    masks = config.masks()
    meant = config.right().masks(3, tuple(range(masks.channels)))
    assert not judge(meant, 3, 7, 7).leaks
    assert (meant.vertical is None) or MUSEUM[piece].meant == "two_stacks"


def test_an_unknown_piece_is_refused_by_name():
    with pytest.raises(ValueError, match="'b_frist'"):
        Exhibit(piece="b_frist")


def test_masks_of_ones_own_are_trained_as_they_are_written():
    own = Exhibit(piece="custom", first="111100001", later="111110000")
    assert text_of(own.masks().main[0][0, 0]) == "111100001"
    net = density(own.masks(), own.training().pictures(), 0).net
    assert text_of((net.layers[0].main.full()[0, 0] != 0).numpy()) == "111100001"
    assert cells_of("11", 3) is None and cells_of("11110000x", 3) is None
    assert judge(written(3, "", "nonsense"), 3, 7, 7).causality.holds
