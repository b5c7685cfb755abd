"""Does `make check` run the tests of what changed?"""

import pytest

from scripts.check import chosen, nearest_tests


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("engine/metrics.py", ["tests/engine/test_metrics.py"]),
        ("engine/training/sweep.py", ["tests/engine/training/test_sweep.py"]),
        ("engine/nn/losses/mse.py", ["tests/engine/nn/test_losses.py"]),
        ("dashboard/core/link.py", ["tests/dashboard/core/test_link.py"]),
        ("pages/runs.py", ["tests/pages/test_runs_page.py"]),
        ("assets/text/en/words/runs.toml", ["tests/pages/test_runs_page.py"]),
        ("tests/engine/test_metrics.py", ["tests/engine/test_metrics.py"]),
    ],
)
def test_a_file_has_the_tests_that_mirror_it(file: str, tests: list[str]) -> None:
    assert set(tests) <= set(nearest_tests(file))


def test_a_file_of_a_page_has_the_tests_that_open_the_page() -> None:
    assert "tests/pages/test_runs_page.py" in nearest_tests("dashboard/runs/table.py")


@pytest.mark.parametrize("file", ["README.md", "tests/browser/test_home.py", "tests/faults.py"])
def test_what_has_no_unit_tests_has_those_of_the_whole_project(file: str) -> None:
    assert nearest_tests(file) == []
    assert "tests/test_docs.py" in chosen([file])


def test_no_test_file_is_run_twice() -> None:
    found = chosen(["engine/metrics.py", "engine/metrics.py", "tests/engine/test_metrics.py"])
    assert len(found) == len(set(found))
