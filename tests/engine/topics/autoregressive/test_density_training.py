"""Densities learn by the loop that networks learn by: resumable, reproducible, in bits/dim."""

import math

import pytest
import torch

from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.pictures import SOURCES
from engine.autoregressive.pictures.images import cut
from engine.data import DATASETS, DataError
from engine.data.digits import levels
from engine.runs.events import Checkpoint, Diverged, Done, Frame, Paused, Started
from engine.runs.work import WORK, dump, load
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.train import train_density
from tests.events import record

CPU = torch.device("cpu")


def config(**settings):
    flat = {"source": "texture", "source.examples": "100", "source.texture.height": "6",
            "source.texture.width": "8", "epochs": "3", "batch_size": "20",
            "model.channels": "6", "model.layers": "3"}  # fmt: skip
    flat |= {k.replace("__", "."): v for k, v in settings.items()}
    if flat.get("model") not in (None, "gated", "naive"):
        flat = {k: v for k, v in flat.items() if k not in ("model.channels", "model.layers")}
    if flat["source"] != "texture":
        flat = {k: v for k, v in flat.items() if not k.startswith(("source.t", "source.e"))}
    found, problems = DensityConfig.read(flat)
    assert not problems, problems
    return found


@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
def test_every_model_trains_draws_and_ends_with_fewer_bits(name):
    c = config(model=name, **{"model.k": "0"} if name == "markov" else {})  # few pictures
    events = list(train_density(c, CPU))
    assert isinstance(events[0], Started) and isinstance(events[-1], Done)
    values = record(events)
    first, last = values[0, "validation_loss"], events[-1].summary["validation_loss"]
    assert last <= first + 0.01
    frames = [e for e in events if isinstance(e, Frame)]
    assert len(frames) > 1
    for frame in frames:
        drawn = frame.arrays["samples"]
        assert drawn.shape == (16, 1, 6, 8) and drawn.max() <= 1
    assert events[-1].summary["test_nats"] == pytest.approx(
        events[-1].summary["test_loss"] * 48 * math.log(2)
    )


def test_the_same_config_gives_the_same_numbers_and_pictures():
    one, two = (list(train_density(config(), CPU)) for _ in range(2))
    assert record(one) == record(two)
    for a, b in zip(one, two, strict=True):
        if isinstance(a, Frame):
            assert (a.arrays["samples"] == b.arrays["samples"]).all()


STATES = (
    {},
    {"schedule": "cosine"},
    {"patience": "1"},
    {"precision": "bf16"},
    {"changes": "1!0.01"},
)


@pytest.mark.parametrize("settings", STATES, ids=str)
def test_a_run_goes_on_from_its_checkpoint_as_if_it_had_never_stopped(settings):
    c = config(**settings)
    whole = list(train_density(c, CPU))
    for at in (3, 5):
        state = next(
            e.save() for e in train_density(c, CPU) if isinstance(e, Checkpoint) and e.step == at
        )
        rest = list(train_density(c, CPU, start=state))
        assert record(rest) == {k: v for k, v in record(whole).items() if k[0] > at}
        same = rest[-1].weights
        assert all(torch.equal(value, same[name]) for name, value in whole[-1].weights.items())


def test_it_pauses_at_exactly_the_update_asked_for():
    assert list(train_density(config(), CPU, until=2))[-1] == Paused(2)


def test_a_checkpoint_of_another_model_is_refused():
    state = next(e for e in train_density(config(), CPU) if isinstance(e, Checkpoint)).save()
    with pytest.raises(ValueError, match="does not fit the run"):
        list(train_density(config(model__channels="7"), CPU, start=state))


def test_a_diverging_run_says_where_and_why():
    c = config(optimizer="gradient_descent", learning_rate="10", clip="0", epochs="60",
               source__examples="200", model="naive", model__layers="12")  # fmt: skip
    *_, last = train_density(c, CPU)
    assert isinstance(last, Diverged) and "try a smaller one" in last.sentence


def test_it_is_a_kind_of_work():
    c = config(train_share="0.5")
    assert WORK["density"] is DensityConfig and load(dump(c)) == c
    assert len(c.pictures().train.x) == 35


def test_the_digits_keep_their_own_seventeen_levels():
    x = DATASETS["digits"]().load(0).x
    assert torch.equal(cut(x, 17, exact=True).long(), levels(x))
    assert cut(x, 2, exact=True).max() == 1 and cut(x, 2, exact=True).float().mean() > 0.1


@pytest.mark.parametrize(
    "data", [id for id, d in DATASETS.items() if d.kind == "image" and d.local]
)
def test_every_image_set_that_needs_no_file_gives_levels(data):
    found = SOURCES["images"](data=data, levels=4).load(0)
    assert found.train.x.max() == 3 and found.train.x.dtype == torch.uint8
    assert len(found.classes) > 1 and len(found.test.x) > 10


def test_what_cannot_be_had_is_said_in_a_sentence():
    with pytest.raises(DataError, match="holds no images"):
        SOURCES["images"](data="moons").load(0)
    with pytest.raises(DataError):
        SOURCES["images"](data="mnist").load(0)
    with pytest.raises(ValueError, match="more than"):
        big = DensityConfig.read({"source.data": "shapes", "source.levels": "256",
                                          "model": "fvsbn"})[0]  # fmt: skip
        big.build(big.pictures())


def test_a_single_mask_cannot_beat_its_bound_and_two_stacks_can():
    """Trained equally long on the texture made for it; sizes of equally many parameters."""
    common = {"source__examples": "700", "source__texture__height": "12", "epochs": "12"}
    common |= {"source__texture__width": "12", "learning_rate": "0.01", "model__layers": "3"}
    naive = list(train_density(config(model="naive", model__first_kernel="3", **common), CPU))
    gated = list(train_density(config(model="gated", model__first_kernel="3", **common), CPU))
    texture = config(**common).source.texture
    bound, entropy = texture.bound_of_a_single_mask(), texture.entropy()
    held_out = [v for (_, n), v in record(naive).items() if n == "validation_loss"]
    assert min(held_out) > bound - 0.01, "held-out bits of a finite sample, so not exactly"
    assert entropy - 0.02 < gated[-1].summary["test_loss"] < bound - 0.3
