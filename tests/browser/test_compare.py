"""Many networks at once: one setting over seeds, and several values of a setting, in a browser."""

from typing import Any

import pytest

from tests.browser.lab import SOON, Lab

SHORT = {"data": "blobs", "data.examples": 200, "epochs": 12, "model.hidden": "8"}
_DRAWN = """key => (document.querySelector(`.st-key-${key} .js-plotly-plot`)?._fullData ?? [])
    .map(trace => ({name: trace.name, fill: trace.fill, y: Array.from(trace.y ?? []).length}))"""


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def train(lab: Lab) -> list[dict[str, Any]]:
    """Train what the page offers, and read the chart of validation losses."""
    lab.press("compare_start")
    lab.at("compare_validation_loss").wait_for(timeout=2 * SOON)
    lab.at("compare_again").wait_for(timeout=2 * SOON)
    lab.settled()
    lab.until(f"key => ({_DRAWN})(key).some(trace => trace.y > 2)", "compare_validation_loss")
    return list(lab.page.evaluate(_DRAWN, "compare_validation_loss"))


def test_a_setting_over_seeds_is_one_curve_with_a_band(lab: Lab) -> None:
    lab.open(**SHORT, compare="seeds", seeds=4)
    drawn = train(lab)
    assert [trace["fill"] for trace in drawn] == ["toself", "none"]
    assert drawn[1]["y"] == 13, "one point an epoch, and one before the first"
    assert drawn[0]["y"] == 26, "the band goes there and back"


def test_a_sweep_draws_a_curve_a_value_and_says_whether_they_differ(lab: Lab) -> None:
    lab.open(**SHORT, compare="sweep", values="0.0001~0.01", seeds=4)
    drawn = train(lab)
    lines = [trace for trace in drawn if trace["fill"] != "toself"]
    assert len(lines) == 2
    assert "0.0001" in lines[0]["name"]
    assert "0.01" in lines[1]["name"]
    lab.page.get_by_text("95 % interval").first.wait_for()
    assert lab.page.get_by_text("Paired over 4 seeds").count()
    lab.at("compare_forest").wait_for(timeout=SOON)
    assert lab.page.get_by_text("share initial weights").count(), "the proof of fairness is shown"


def test_a_reloaded_sweep_is_there_at_once(lab: Lab) -> None:
    lab.open(**SHORT, seed=7, compare="sweep", values="0.003~0.03", seeds=2)
    drawn = train(lab)
    key = lab.key
    lab.page.reload()
    lab.until(
        "count => document.querySelector('.st-key-compare_validation_loss .js-plotly-plot')"
        "?._fullData?.length === count",
        len(drawn),
    )
    assert lab.page.evaluate(_DRAWN, "compare_validation_loss") == drawn
    assert lab.key == key


def test_a_sweep_over_values_that_do_not_fit_says_so_in_a_sentence(lab: Lab) -> None:
    lab.page.goto("/training?compare=sweep&vary=learning_rate&values=0.1~nan~banana")
    alert = lab.page.get_by_role("alert").first
    alert.wait_for(timeout=SOON)
    assert "Traceback" not in lab.page.content()
    assert lab.at("training_view_compare").is_visible(), "the page stays"


def test_the_runs_of_a_seed_move_side_by_side(lab: Lab) -> None:
    lab.open(**SHORT, compare="sweep", values="0.0001~0.03", seeds=2)
    train(lab)
    pictures = """() => (document.querySelector('.st-key-compare_film .js-plotly-plot')?._fullData
        ?? []).filter(trace => trace.type === 'image').map(trace => trace.source)"""
    lab.at("compare_film").wait_for(timeout=SOON)
    lab.until(f"() => ({pictures})().length === 2")
    last = lab.page.evaluate(pictures)
    lab.page.locator(".st-key-compare_film .blindspot-film button[name=play]").click()
    lab.until(f"last => ({pictures})().some((source, i) => source !== last[i])", last)
    lab.page.get_by_text("the first at which they differ").wait_for()
