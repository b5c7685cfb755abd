"""What the button of the lab gives is a program that runs in an empty folder, and agrees."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import SOON, Lab, word


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def downloaded(lab: Lab, folder: Path) -> str:
    """What the downloaded program says in an empty folder."""
    lab.page.get_by_role("button", name=word("export.export")).last.click()
    with lab.page.expect_download(timeout=SOON) as download:
        lab.page.get_by_role("button", name=word("export.script")).click()
    empty = folder / "empty"
    empty.mkdir()
    program = empty / download.value.suggested_filename
    download.value.save_as(program)
    done = subprocess.run(
        [sys.executable, "-I", program.name], cwd=empty, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_training_is_repeated_in_an_empty_folder(lab: Lab, tmp_path: Path) -> None:
    lab.open(seed=2001, epochs=20, speed="live")
    lab.train()
    assert downloaded(lab, tmp_path).endswith("The same result.\n")


def test_a_training_that_diverged_diverges_again(lab: Lab, tmp_path: Path) -> None:
    steep = {"optimizer": "gradient_descent", "loss": "mse", "layers__activation": "relu"}
    lab.open(seed=2002, epochs=20, learning_rate=10, speed="live", **steep)
    lab.press("lab_play")
    lab.at("lab_survive").wait_for(timeout=SOON)
    lab.settled()
    said = downloaded(lab, tmp_path)
    assert "'diverged'" in said and said.endswith("The same result.\n")


def test_a_comparison_is_repeated_in_an_empty_folder(lab: Lab, tmp_path: Path) -> None:
    lab.open(epochs=20, compare="sweep", values="0.001~0.003", seeds=2)
    lab.press("compare_start")
    lab.at("compare_again").wait_for(timeout=2 * SOON)
    lab.settled()
    assert downloaded(lab, tmp_path).count("The same result.") == 4
