import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.benchmarks import table
from tests.serving import free_port

LINE = ".st-key-line .js-plotly-plot"


@pytest.fixture
def one_core() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session", autouse=True)
def written() -> Iterator[None]:
    """The table of everything that was measured, at the end."""
    yield
    table.write()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the bare page."""
    port = free_port()
    page = Path(__file__).with_name("bare_page.py")
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--server.headless=true",
               f"--server.port={port}", "--server.address=127.0.0.1",
               "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]  # fmt: skip
    folder = tmp_path_factory.mktemp("bare")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def bare_knob(browser: Any, bare: str) -> list[float]:
    """Seconds from a key press on the bare page's slider to its new line."""
    from tests.benchmarks.test_latency import ANY

    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.goto(bare)
    page.wait_for_function("s => document.querySelector(s)?._fullData?.length", arg=LINE)
    page.wait_for_timeout(2500)
    handle = page.get_by_role("slider").first
    seconds = []
    for _ in range(21):
        page.evaluate(ANY, LINE)
        handle.press("ArrowRight")
        seconds.append(float(page.evaluate("() => window.__wait")) / 1000)
        page.wait_for_timeout(300)
    context.close()
    return seconds


@pytest.fixture(scope="module")
def bare_first(browser: Any, bare: str) -> list[float]:
    """Seconds from asking for the bare page to its chart, in a fresh browser each time."""
    from tests.benchmarks.test_latency import FIRST_CHART

    seconds = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.goto(bare, wait_until="commit")
        page.wait_for_selector(LINE, state="attached")
        seconds.append(float(page.evaluate(FIRST_CHART, LINE)) / 1000)
        context.close()
    return seconds
