"""The Training lab as a person at a browser meets it: press, wait, read what the charts hold."""

import re
import tomllib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from engine.paths import TEXT

SOON = 30_000  # milliseconds that anything may take on a busy machine of two cores

_TRACE = """([key, name]) => {
    const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    const trace = plot?._fullData?.find(trace => trace.name === name && trace.hoverinfo !== 'skip');
    return trace ? {x: Array.from(trace.x ?? []), y: Array.from(trace.y ?? [])} : null;
}"""
_LONGER = f"""([key, name, more]) => (({_TRACE})([key, name])?.y.length ?? 0) > more"""
_SHAPES = "key => document.querySelector(`.st-key-${key} .js-plotly-plot`)?._fullLayout?.shapes"


def word(id: str) -> str:
    """A sentence of the interface, by id, up to its first placeholder."""
    file, name = id.split(".")
    words = tomllib.loads((TEXT / "en" / "words" / f"{file}.toml").read_text(encoding="utf-8"))
    return str(words[name]).split("{")[0].strip()


def settled(page: Page) -> None:
    """Wait until the server has nothing more to say."""
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=SOON
    )


class Lab:
    """One browser page on the Training lab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, **settings: object) -> "Lab":
        """Go to the lab by a link; dotted names are written with two underscores."""
        query = {name.replace("__", "."): str(value) for name, value in settings.items()}
        self.page.goto(f"/training?{urlencode(query, safe='~!')}")
        self.at("lab_transport").or_(self.at("compare_row")).first.wait_for()
        return self

    # ---- what there is ----

    def at(self, key: str) -> Locator:
        """The element of a widget, chart or container, by its key."""
        return self.page.locator(f".st-key-{key.replace('.', '-')}")

    def button(self, key: str) -> Locator:
        return self.at(key).get_by_role("button").first

    def slider(self, key: str) -> Locator:
        return self.at(key).get_by_role("slider").first

    @property
    def key(self) -> str:
        """The run's key, from the line at the foot."""
        line = self.page.get_by_text(re.compile(r"\bkey [0-9a-f]{16}\b", re.I)).last
        found = re.search(r"key ([0-9a-f]{16})", line.inner_text(), re.I)
        assert found, "The foot of the page names no key."
        return found[1]

    @property
    def link(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def trace(
        self, name: str = "training.validation_loss", chart: str = "lab_loss"
    ) -> dict[str, Any]:
        """One curve as it is drawn: {"x": [...], "y": [...]}."""
        return self.page.evaluate(_TRACE, [chart, word(name)]) or {"x": [], "y": []}

    def playhead(self, chart: str = "lab_loss") -> float | None:
        """Epoch at which the vertical line stands."""
        shapes = self.page.evaluate(_SHAPES, chart)
        return float(shapes[0]["x0"]) if shapes else None

    # ---- what a person does ----

    def press(self, key: str) -> None:
        self.button(key).click()

    def playing(self) -> None:
        """Wait until the page offers to pause."""
        self.button("lab_pause").wait_for(timeout=SOON)

    def paused(self) -> None:
        """Wait until nothing moves: the page offers to train, resume or replay, not to pause."""
        self.until(
            """() => document.querySelector('.st-key-lab_play button')
                && !document.querySelector('.st-key-lab_pause button')"""
        )
        self.settled()

    def settled(self) -> None:
        """Wait until the script has run and nothing is stale."""
        self.page.wait_for_selector(
            '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=SOON
        )

    def longer(
        self, than: int, name: str = "training.validation_loss", chart: str = "lab_loss"
    ) -> None:
        """Wait until a curve has more than so many points."""
        self.page.wait_for_function(_LONGER, arg=[chart, word(name), than], timeout=SOON)

    def stands_at(self, epoch: float) -> None:
        """Wait until the playhead is at an epoch."""
        self.until(
            f"([key, epoch]) => Number(({_SHAPES})(key)?.[0]?.x0) === epoch", ["lab_loss", epoch]
        )

    def another(self, key: str) -> None:
        """Wait until the foot names another run."""
        line = re.compile(r"\bkey (?!" + key + r")[0-9a-f]{16}\b", re.I)
        self.page.get_by_text(line).last.wait_for(timeout=SOON)

    def until(self, script: str, arg: Any = None) -> None:
        """Wait for a condition in the page."""
        self.page.wait_for_function(script, arg=arg, timeout=SOON)

    def finished(self) -> None:
        """Wait until the run is done, and the playhead at its end."""
        self.at("lab_again").wait_for(timeout=2 * SOON)
        self.paused()

    def train(self) -> None:
        """Press Train and wait for the end."""
        self.press("lab_play")
        self.finished()
