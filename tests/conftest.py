"""What do tests share? A store of their own, a running app, a browser that reports every fault."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Server

# Before torch is imported, here and in every process that is started from here: two test processes
# on two cores are faster with one thread each than with two.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Never the runs and the data of whoever runs the tests.
SCRATCH = Path(tempfile.mkdtemp(prefix="blindspot-tests-"))
os.environ["BLINDSPOT_RUNS"] = str(SCRATCH / "runs")
os.environ["BLINDSPOT_DATA"] = str(SCRATCH / "data")
os.environ.pop("BLINDSPOT_SCHEDULER", None)

WIDE = {"width": 1440, "height": 1000}  # pixels, of a window


def pytest_unconfigure() -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Any]:
    """An empty run store."""
    from engine.runs.store import RunStore

    store = RunStore(tmp_path / "runs")
    yield store
    store.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app in a process of its own, with no runs yet."""
    with Server(SCRATCH / "server") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium. A test that needs one fails where there is none: it is never skipped."""
    from scripts.chromium import NONE, find

    path = find()
    if path is None:
        pytest.fail(NONE, pytrace=False)
    return path


def _until_others_come(fixture_name: str, config: pytest.Config) -> Any:
    """A running Playwright leaves an event loop in its thread, in the way of what is no browser
    test: one browser a module, or one for all where nothing else is run."""
    return "session" if all("browser" in str(path) for path in config.args) else "module"


@pytest.fixture(scope=_until_others_come)
def browser(chromium: str) -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    from scripts.chromium import FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope=_until_others_come)
def visitor(browser: Any, server: Server) -> Iterator[Any]:
    """Somebody whose browser has been here before, and keeps what it loaded: half a second less."""
    with browser.new_context(base_url=server.url, viewport=WIDE) as context:
        yield context


@pytest.fixture
def new_page(browser: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """Opens pages, each of its own visitor; what goes wrong in any fails the test at its end.

    With `context`, a page of that one.
    """
    from tests.faults import Faults

    opened, faults = [], Faults(server.url)

    def make(context: Any = None, **settings: Any) -> Any:
        if context is None:
            settings = {"base_url": server.url, "viewport": WIDE} | settings
            context = browser.new_context(**settings)
            opened.append(context)
        page = context.new_page()
        opened.append(page)
        page.set_default_timeout(30_000)
        faults.watch(page)
        return page

    yield make
    for one in reversed(opened):
        one.close()
    assert not faults.found, "\n".join(["The browser reported:", *faults.found])


@pytest.fixture
def page(new_page: Callable[..., Any], visitor: Any) -> Any:
    """One browser page on the running app."""
    return new_page(visitor)
