"""A network is seen learning: the transport of the Training lab, in a real browser."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from engine.runs.store import RunStore
from engine.training.config import TrainConfig
from tests.browser.lab import SOON, Lab, word
from tests.serving import Server

_seeds = itertools.count(1000)  # a run of its own for each test; only the default is shared
_CHART = "document.querySelector('.st-key-lab_loss .js-plotly-plot')"


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def short(**settings: object) -> dict[str, object]:
    """A training of about a second, with a seed that no other test uses."""
    return {"seed": next(_seeds), "epochs": 20, "speed": "live", **settings}


def long(**settings: object) -> dict[str, object]:
    """A training that is still under way when it is paused."""
    return short(epochs=5000, **settings)


def test_the_first_sight_of_the_lab_is_a_loss_curve_that_moves_by_itself(
    lab: Lab, server: Server
) -> None:
    store, default = RunStore(server.runs), TrainConfig().key
    if (run := store.run(default)) is not None:  # another test has seen the lab before
        assert not run.active
        store.delete(default)
    store.close()
    lab.page.goto("/training")
    lab.longer(1)
    first = lab.trace()
    lab.longer(len(first["y"]))
    later = lab.trace()
    assert later["x"][: len(first["x"])] == first["x"], "points that were drawn must stay"
    assert later["y"][: len(first["y"])] == first["y"]
    assert max(later["x"]) > max(first["x"])


def test_a_network_that_is_watched_to_the_end_has_learned(lab: Lab) -> None:
    lab.open(**short(data="blobs"))
    lab.train()
    losses = lab.trace()
    assert losses["x"][0] == 0
    assert losses["x"][-1] == 20
    assert losses["y"][-1] < losses["y"][0] / 2
    assert lab.playhead() == 20


def test_pause_stops_the_training_and_train_takes_it_up_again(lab: Lab) -> None:
    lab.open(**long())
    lab.press("lab_play")
    lab.longer(3)
    lab.press("lab_pause")
    lab.paused()
    there = lab.trace()
    lab.page.wait_for_timeout(1500)  # nothing to wait for: it must not move
    assert lab.trace() == there
    lab.press("lab_play")
    lab.longer(len(there["y"]))
    assert lab.trace()["y"][: len(there["y"])] == there["y"]
    lab.press("lab_stop")
    lab.paused()


def test_one_epoch_is_one_epoch(lab: Lab) -> None:
    lab.open(**short())
    for epoch in (1, 2):
        lab.press("lab_step")
        lab.stands_at(epoch)
        lab.paused()
    assert lab.trace()["x"][-1] == 2


def test_one_batch_is_one_update(lab: Lab) -> None:
    lab.open(**short(unit="batch", data="moons"))
    moved = (
        "before => Number(document.querySelector('.st-key-lab_loss .js-plotly-plot')"
        "?._fullLayout?.shapes?.[0]?.x0) > before"
    )
    lab.press("lab_step")
    lab.until(moved, 0)
    lab.paused()
    first = lab.playhead()
    assert first is not None
    assert 0 < first < 0.5, "one update is a small part of an epoch"
    lab.press("lab_step")
    lab.until(moved, first)
    assert lab.playhead() == pytest.approx(2 * first)


def test_scrubbing_goes_back_to_an_earlier_picture(lab: Lab) -> None:
    lab.open(**short())
    lab.train()
    surface = """() => {
        const plot = document.querySelector('.st-key-lab_surface .js-plotly-plot');
        return JSON.stringify(plot?.data?.[0]?.z ?? null);
    }"""
    last = lab.page.evaluate(surface)
    lab.slider("lab_scrub").press("Home")
    lab.stands_at(0)
    lab.settled()
    assert lab.page.evaluate(surface) != last
    lab.slider("lab_scrub").press("End")
    lab.stands_at(20)
    lab.settled()
    assert lab.page.evaluate(surface) == last


def test_reset_returns_to_the_untrained_network_of_the_same_run(lab: Lab) -> None:
    lab.open(**short())
    lab.train()
    key = lab.key
    lab.press("lab_reset")
    lab.stands_at(0)
    assert lab.key == key
    assert word("training.replay") in lab.button("lab_play").inner_text()


def test_a_reloaded_link_shows_the_finished_result_with_the_same_key(
    lab: Lab, new_page: Callable[..., Any]
) -> None:
    lab.open(**short(data="circles"))
    lab.train()
    key, losses = lab.key, lab.trace()
    lab.page.reload()
    lab.longer(len(losses["y"]) - 1)
    assert (lab.key, lab.trace()) == (key, losses)

    friend = Lab(new_page())
    friend.page.goto(lab.page.url)
    friend.longer(len(losses["y"]) - 1)
    assert (friend.key, friend.trace()) == (key, losses)
    assert friend.button("lab_play").is_visible(), "nothing is trained again"


def test_another_learning_rate_in_mid_run_keeps_the_run(lab: Lab) -> None:
    lab.open(**long())
    key = lab.key
    lab.press("lab_play")
    lab.longer(5)
    before = lab.trace()
    lab.page.evaluate(f"() => {{ {_CHART}.known = true }}")
    lab.slider("training_learning_rate").press("ArrowRight")
    lab.page.wait_for_url("**changes=*", timeout=SOON)
    lab.another(key)
    lab.longer(len(before["y"]))
    after = lab.trace()
    assert after["y"][: len(before["y"])] == before["y"], "the history before the change is kept"
    assert lab.page.evaluate(f"() => {_CHART}.known"), "zoom and legend go with a chart made anew"
    lab.page.wait_for_url("**changes=*", timeout=SOON)  # a poll under way may hold the old address
    epoch, rate = lab.link["changes"].split("!")
    assert float(epoch) >= before["x"][-1] - 1
    assert float(rate) > 0
    lab.press("lab_pause")
    lab.paused()


def test_the_dice_draws_another_seed_and_trains_it(lab: Lab) -> None:
    settings = short()
    lab.open(**settings)
    key = lab.key
    lab.press("lab_dice")
    lab.another(key)
    assert lab.link["seed"] != str(settings["seed"])
    lab.finished()
    assert len(lab.trace()["y"]) > 1


def test_a_diverging_run_says_in_which_layer_and_what_to_do(lab: Lab) -> None:
    lab.open(
        data="regression_curve", loss="mse", layers__activation="relu", seed=next(_seeds),
        optimizer="gradient_descent", learning_rate=10, speed="live",
    )  # fmt: skip
    lab.press("lab_play")
    alert = lab.page.get_by_role("alert").filter(has_text="stopped being a finite number")
    alert.wait_for(timeout=SOON)
    assert "smaller" in alert.inner_text()


def test_leaving_the_page_does_not_end_the_training(lab: Lab) -> None:
    lab.open(**long())
    link = lab.page.url
    lab.press("lab_play")
    lab.longer(2)
    seen = len(lab.trace()["y"])
    lab.page.goto("/")
    lab.page.get_by_role("progressbar").first.wait_for(timeout=SOON)
    lab.page.goto(link)
    lab.longer(seen)
    lab.press("lab_stop")
    lab.paused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_both_draw(new_page: Callable[..., Any], scheme: str) -> None:
    lab = Lab(new_page(color_scheme=scheme))
    lab.open(**short(seed=1, data="xor"))
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()
    background = lab.page.evaluate(
        "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    channels = [int(part) for part in background.strip("rgba()").split(",")[:3]]
    assert (sum(channels) / 3 < 100) == (scheme == "dark")
    lab.at("lab_loss").locator(".xtick text").first.wait_for(timeout=SOON)
    ink = lab.page.evaluate(
        "() => getComputedStyle(document.querySelector('.st-key-lab_loss .xtick text')).fill"
    )
    assert ink != background, "axis labels must be readable"
