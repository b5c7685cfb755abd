"""The Runs page in a real browser: find, open, compare, pin, note, take along, delete."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.runs.files import encode_state
from engine.runs.store import RunStore
from engine.training.config import TrainConfig
from tests.browser.lab import SOON, Lab, word
from tests.serving import Server

BASE = {"data": "blobs", "data.examples": 200, "epochs": 5, "speed": "live"}
_ROWS = """rows => {
    const shown = document.querySelectorAll('.st-key-runs_table tbody [role=row]');
    return [...shown].filter(row => row.textContent.includes('·')).length === rows;
}"""  # the title of a run has dots; the line that stands for an empty table has none
ROW, HEADER = 35, 36  # pixels of the table that Streamlit draws


@pytest.fixture(scope="module")
def keys(browser: Any, server: Server) -> Iterator[list[str]]:
    """Two finished runs that differ in batch size and learning rate."""
    context = browser.new_context(base_url=server.url)
    lab, found = Lab(context.new_page()), []
    for settings in ({"batch_size": 10}, {"batch_size": 20, "learning_rate": 0.02}):
        lab.open(**BASE, seed=501, **settings)
        lab.train()
        found.append(lab.key)
    context.close()
    yield found


@pytest.fixture
def runs(server: Server) -> Iterator[RunStore]:
    """The server's own store, read from outside."""
    store = RunStore(server.runs)
    yield store
    store.close()


class Table:
    """The table of runs."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.goto("/runs")
        self.grid = page.locator(".st-key-runs_table")
        self.grid.wait_for(timeout=SOON)

    def filter(self, text: str, rows: int) -> None:
        """Type a filter and wait until so many rows are left."""
        box = self.page.locator(".st-key-runs_search input")
        box.fill(text)
        box.press("Enter")
        self.page.wait_for_function(_ROWS, arg=rows, timeout=SOON)

    def pick(self, *rows: int) -> None:
        """Tick rows, from 0, and wait for what can be done with them."""
        for number, row in enumerate(rows, 1):
            place = {"x": 16, "y": HEADER + ROW * row + ROW // 2}
            self.grid.locator(".dvn-scroller").click(position=place)
            self.page.wait_for_function(
                "count => document.querySelectorAll('.st-key-runs_table [role=row]"
                "[aria-selected=true]').length === count",
                arg=number, timeout=SOON,
            )  # fmt: skip
        self.page.locator(".st-key-runs_open button").wait_for(timeout=SOON)

    def press(self, key: str) -> None:
        self.page.locator(f".st-key-{key} button").first.click()


@pytest.fixture
def table(page: Any, keys: list[str]) -> Table:
    return Table(page)


def test_the_filter_leaves_the_runs_that_contain_every_word(table: Table, keys: list[str]) -> None:
    table.filter("blobs seed=501", rows=2)
    table.filter(keys[0], rows=1)
    assert "Batch size 10" in table.grid.locator("table").inner_text()
    table.filter("no such run anywhere", rows=0)


def test_open_shows_the_finished_run_with_its_settings(table: Table, keys: list[str]) -> None:
    table.filter(keys[1], rows=1)
    table.pick(0)
    table.press("runs_open")
    lab = Lab(table.page)
    table.page.wait_for_url("**/training?**", timeout=SOON)
    lab.longer(4)
    assert lab.key == keys[1]
    assert lab.link["batch_size"] == "20"
    table.page.go_back()
    table.grid.wait_for(timeout=SOON)
    lab.settled()
    assert table.page.url.endswith("/runs"), "settings of the lab are none of this page's"


def test_two_selected_runs_show_what_differs_and_can_be_overlaid(
    table: Table, keys: list[str]
) -> None:
    table.filter("seed=501", rows=2)
    table.pick(0, 1)
    table.page.get_by_text(word("runs.differs")).wait_for(timeout=SOON)
    gaps = table.page.locator("canvas table").nth(1)  # the first one is the table of runs
    gaps.wait_for(state="attached", timeout=SOON)
    differing = gaps.inner_text()
    for part in ("Batch size", "10", "20", "Learning rate", "0.02"):
        assert part in differing
    assert "Epochs" not in differing
    table.press("runs_compare")
    table.page.wait_for_url("**overlay=*", timeout=SOON)
    lab = Lab(table.page)
    lab.longer(4)
    lab.until(
        "start => document.querySelector('.st-key-lab_loss .js-plotly-plot')?._fullData"
        "?.some(trace => trace.name.startsWith(start) && trace.y.length > 4)",
        word("training.overlay"),
    )


def test_pin_and_note_are_kept(table: Table, keys: list[str], runs: RunStore) -> None:
    table.filter(keys[0], rows=1)
    table.pick(0)
    table.press("runs_pin")
    table.page.locator(".st-key-runs_table table").get_by_text("true").first.wait_for(
        state="attached", timeout=SOON
    )
    note = table.page.locator(f".st-key-runs_note_{keys[0]} input")
    note.fill("<b>shown</b> in week 3")
    note.press("Enter")
    table.filter("week 3", rows=1)
    Table(table.page).filter("week 3", rows=1)
    run = runs.run(keys[0])
    assert run is not None
    assert (run.pinned, run.note) == (True, "<b>shown</b> in week 3")


def test_the_table_can_be_taken_along(table: Table, keys: list[str], tmp_path: Path) -> None:
    table.filter("seed=501", rows=2)
    with table.page.expect_download() as download:
        table.press("runs_export")
    download.value.save_as(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Key"] for row in rows} == set(keys)


def test_a_filter_ticks_no_other_run(table: Table, keys: list[str]) -> None:
    table.filter("seed=501", rows=2)
    table.pick(0)
    note = table.page.locator("[class*=st-key-runs_note_]")
    note.wait_for(timeout=SOON)
    (ticked,) = [key for key in keys if key in (note.get_attribute("class") or "")]
    (other,) = set(keys) - {ticked}
    table.filter(other, rows=1)
    note.wait_for(state="detached", timeout=SOON)
    table.filter("seed=501", rows=2)
    assert note.count() == 0
    table.pick(1)
    assert other in (note.get_attribute("class") or "")
    table.filter(other, rows=1)
    table.page.wait_for_function(
        "() => document.querySelectorAll('.st-key-runs_table [aria-selected=true]').length === 1",
        timeout=SOON,
    )
    assert other in (note.get_attribute("class") or "")


def test_delete_asks_and_then_deletes(page: Any, runs: RunStore) -> None:
    config = TrainConfig(seed=7502)
    runs.begin(config)
    runs.save(config.key, "weights", encode_state({"w": torch.zeros(3)}))
    runs.set(config.key, state="done", step=1, steps=1)
    table = Table(page)
    table.filter("seed=750", rows=1)
    table.pick(0)
    other = TrainConfig(seed=7503)
    runs.begin(other)  # another visitor's run: it stands above the one that is ticked
    runs.set(other.key, state="done", step=1, steps=1)
    page.get_by_role("button", name=word("runs.delete")).first.click()
    sure = page.locator(".st-key-runs_delete button")
    sure.wait_for(timeout=SOON)
    assert runs.run(config.key) is not None, "nothing is deleted before the answer"
    sure.click()
    page.get_by_text(word("runs.pick")).wait_for(timeout=SOON)
    page.wait_for_function(_ROWS, arg=1, timeout=SOON)
    assert page.locator(".st-key-runs_table [aria-selected=true]").count() == 0
    assert runs.run(config.key) is None
    assert config.key in runs.binned(), "for a while it can be brought back"
    page.locator(".st-key-runs_undo button").click()
    page.wait_for_function(_ROWS, arg=2, timeout=SOON)
    assert runs.run(config.key) is not None
    assert runs.run(other.key) is not None
    runs.delete(other.key)
    runs.delete(config.key)
