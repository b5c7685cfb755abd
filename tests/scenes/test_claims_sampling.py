"""The sampling page: what its scenes claim of the shipped models, over several pictures."""

from typing import Any

import numpy as np
import pytest
import torch

from dashboard.sampling.completion import kept as given_of
from dashboard.sampling.model import chosen
from dashboard.sampling.view import SamplingView
from engine.autoregressive.bits_per_value import bits_of, corrupted
from engine.autoregressive.coding.pictures import HEADER, there_and_back
from engine.autoregressive.sampling import complete, each_class, sample, uniforms
from engine.autoregressive.trajectory import Trajectory, forced_trajectory, mixed_uniforms
from engine.autoregressive.unlabelled import class_of_beginning, classes_drawn
from engine.topics.autoregressive.shipped import shipped as model_of
from tests.scenes.ran import run, shipped

SEEDS = range(1, 6)


def drawn(view: SamplingView, **changes: Any) -> Trajectory:
    """The picture that the page draws, with these settings changed."""
    now = view.model_copy(update=changes)
    found = model_of(now.net).model
    u = mixed_uniforms((1, *found.shape), now.seed, now.after, now.again)
    return forced_trajectory(
        found, u, now.label, now.forced, temperature=now.temperature, top_k=now.top_k,
        top_p=now.top_p, slip=now.slip,
    )  # fmt: skip


def test_half_drawn_what_comes_next(view):
    """u lies in the share of the cumulative curve that the chosen level owns."""
    found = drawn(view)
    assert 0 < view.at < len(found.levels)
    p, u, level = found.p[view.at], found.u[view.at], found.levels[view.at]
    ends = np.concatenate([[0], np.cumsum(p)])
    assert p.sum() == pytest.approx(1, abs=1e-6) and ends[level] <= u <= ends[level + 1]


def test_cautious_and_bold(view):
    assert view.beside == "temperature" and view.other_temperature == 0.5
    for seed in SEEDS:
        bold = drawn(view, seed=seed)
        cold = drawn(view, seed=seed, temperature=view.other_temperature)
        assert (bold.u == cold.u).all() and cold.bits.sum() < bold.bits.sum()


def test_one_pixel_changes_everything_after_it(view):
    ((pixel, level),) = view.forced
    changes = 0
    for seed in SEEDS:
        free, forced = drawn(view, seed=seed, forced=()), drawn(view, seed=seed)
        assert (
            forced.levels[pixel] == level and (forced.levels[:pixel] == free.levels[:pixel]).all()
        )
        changes += (forced.levels[pixel + 1 :] != free.levels[pixel + 1 :]).sum()
    assert changes > 20


def test_the_same_beginning_another_end(view):
    for seed in SEEDS:
        whole, other = drawn(view, seed=seed, after=0), drawn(view, seed=seed)
        assert (whole.levels[: view.after] == other.levels[: view.after]).all()
        assert (whole.levels[view.after :] != other.levels[view.after :]).sum() > 4


def test_the_slip_rand_p(view):
    """It costs many times the bits of what is drawn rightly."""
    assert view.slip
    for seed in SEEDS:
        assert drawn(view, seed=seed).bits.sum() > 2 * drawn(view, seed=seed, slip=False).bits.sum()


def test_what_could_have_been_the_expectation(view):
    """Between the levels where the model is undecided: the mean is no level of any picture."""
    assert view.show == "expected"
    found = drawn(view)
    undecided = found.entropy > np.quantile(found.entropy, 0.8)
    off = np.abs(found.expected - found.expected.round())
    assert off[undecided].mean() > 0.15 > off[found.entropy < 0.05].mean()


def completed(view: SamplingView, number: int) -> tuple[Any, Any, Any]:
    found = model_of(view.net)
    part = found.config.pictures().test
    mask = given_of(view, *found.model.shape[1:])
    x = part.x[number].long()
    flat, label = tuple(x.flatten().tolist()), int(part.y[number])
    return x.numpy(), mask, complete(found.model, flat, mask, label, view.count, view.seed)


def test_complete_the_lower_half(view):
    for number in (view.picture, view.picture + 1):
        x, mask, ways = completed(view, number)
        assert mask[:4].all() and not mask[4:].any() and len(ways) == view.count == 8
        assert all((way[:, :4] == x[:, :4]).all() for way in ways)
        assert len({way.tobytes() for way in ways}) == 8


def test_what_raster_order_cannot_do(view):
    """The rows above are drawn as if the given lower half were any other one."""
    found = model_of(view.net)
    x, mask, ways = completed(view, view.picture)
    assert mask[4:].all() and not mask[:4].any()
    label = int(found.config.pictures().test.y[view.picture])
    other = tuple(np.flip(x, 1).flatten().tolist())
    again = complete(found.model, other, mask, label, view.count, view.seed)
    assert (ways[:, :, :4] == again[:, :, :4]).all()


def test_a_beginning_without_a_class(view):
    """The beginning leaves more than one class open, and the classes that are drawn differ."""
    found = model_of(view.net)
    assert view.whose == "open"
    x = found.config.pictures().test.x[view.picture][None].long()
    p = class_of_beginning(found.model, x, given_of(view, *found.model.shape[1:]))
    assert np.sort(p)[-2] > 0.1, "a second class is likely, too"
    assert len(set(classes_drawn(p, view.count, view.seed))) > 1


def held_out(view: SamplingView) -> tuple[Any, Any, Any]:
    found = model_of(view.net)
    part = found.config.pictures().test
    return found.model, part.x[:100].long(), part.y[:100]


def test_which_pixels_cost_the_bits(view):
    model, x, y = held_out(view)
    bits = bits_of(model, x, y)[:, 0]
    ink = x[:, 0].numpy()
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    steep = np.abs(padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) + np.abs(
        padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    )
    flat = (steep == 0) & (ink == 0)
    assert bits[flat].mean() < 0.5 < 2 < bits[steep > 12].mean()
    here = bits[view.picture]
    assert here[flat[view.picture]].mean() < 0.3 * here[~flat[view.picture]].mean()


def test_an_inverted_digit(view):
    model, x, y = held_out(view)
    wrong = corrupted(x, view.spoilt, model.levels, view.seed)
    ratio = bits_of(model, wrong, y).sum((1, 2, 3)) / bits_of(model, x, y).sum((1, 2, 3))
    assert view.spoilt == "inverted" and ratio[view.picture] > 2 and np.median(ratio) > 2


def test_a_picture_as_a_file(view):
    model, x, y = held_out(view)
    for number in range(view.picture, view.picture + 4):
        data, same = there_and_back(model, tuple(x[number].flatten().tolist()), int(y[number]))
        bits = float(bits_of(model, x[number : number + 1], y[number : number + 1]).sum())
        assert same and abs(8 * (len(data) - HEADER) - bits) <= 16


def test_letters_on_request(view):
    found = model_of(view.net)
    assert found.model.classes == 26
    sheet = each_class(found.model, 1, view.seed)
    assert len(sheet) == 26 and len({picture.tobytes() for picture in sheet}) == 26
    u = uniforms((1, *found.model.shape), view.seed)
    for letter in (0, 25):  # alone, from the same uniforms, it comes out the same
        alone = sample(found.model, u, torch.tensor([letter])).x[0].numpy()
        assert (alone == sheet[letter]).all()


def test_in_colour_red_then_green_then(view, store, monkeypatch):
    """A forced red changes the green of its own pixel; a forced blue changes neither."""
    from engine.runs.shipped import put_shipped
    from engine.runs.shipped import shipped as config_of

    config = config_of(view.run)
    put_shipped(store, config)
    monkeypatch.setattr("dashboard.sampling.model.store", lambda: store)
    model = chosen(view).model
    assert model.shape[0] == 3 and tuple(model.order) == (0, 1, 2)
    x = config.pictures().test.x[:1].long()
    row, column = divmod(view.at // 3, model.shape[2])
    with torch.no_grad():
        before = model.parameters_at(
            model.scale(x), None if not model.classes else torch.zeros(1).long()
        )
        for channel in range(3):
            moved = x.clone()
            moved[0, channel, row, column] = (moved[0, channel, row, column] + 3) % model.levels
            after = model.parameters_at(
                model.scale(moved), None if not model.classes else torch.zeros(1).long()
            )
            seen = (before - after).abs()[0, :, :, row, column].amax(1) > 0
            assert seen.tolist() == [False, channel < 1, channel < 2]


def test_learning_to_draw_in_colour(view, kept):
    """From noise to textures: neighbours come to agree, and the bits keep falling."""
    found = shipped(kept, view.train)
    curve = found.series["validation_loss"][1]
    assert view.train.epochs == 12 and curve[-1] < 0.5 * curve[0] and np.diff(curve).max() < 0.1
    first, last = (
        found.frames[s]["samples"].astype(int) for s in (min(found.frames), max(found.frames))
    )
    rough = [np.abs(np.diff(sheet, axis=3)).mean() for sheet in (first, last)]
    assert len(first) == len(last) == 16 and rough[1] < 0.6 * rough[0]


@pytest.mark.long
def test_a_single_mask_on_the_texture(view):
    """Over seeds, for fewer epochs: held-out bits never get below the bound."""
    bound = view.train.source.get("texture").bound_of_a_single_mask()
    for seed in range(2):
        config = view.train.with_("seed", seed).with_("epochs", 3)
        curve = run(config).series["validation_loss"][1]
        assert curve.min() > bound - 0.01 and curve[-1] < bound + 0.1
