"""Runs the unit tests of what changed, the nearest ones, within a time that one waits for.

Run: python scripts/check.py [--against main] [--seconds 85]. `make check` does, after the linters.
It stops at the first failure. What it has no time for is told: `make test` runs everything.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = "tests/test_*.py"  # documents, keys, modules: of the whole project
NO_UNITS = ("tests/browser", "tests/benchmarks")
NO_TESTS = 5  # what pytest returns where there are none


def git(*command: str) -> list[str]:
    """The lines that git prints; none where it refuses."""
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def changed(against: str) -> list[str]:
    """Files that differ from where this branch left the other one, new ones included."""
    base = git("merge-base", against, "HEAD") or git("merge-base", f"origin/{against}", "HEAD")
    files = git("diff", "--name-only", "--no-renames", "--diff-filter=d", *(base or ["HEAD"]))
    return sorted({*files, *git("ls-files", "--others", "--exclude-standard")})


def nearest_tests(file: str) -> list[str]:
    """The test files that mirror a file, as paths from the root.

    Those of its own name where there are any, else those of the nearest folder that has some; and
    of a page, those that open it.
    """
    path = Path(file)
    match path.parts:
        case ("tests", *_) if path.name.startswith("test_"):
            return [] if file.startswith(NO_UNITS) else [file]
        case ("engine", *_) if path.suffix == ".py":
            return mirrored(path)
        case ("dashboard", room, *_) if path.suffix in (".py", ".js"):
            return [*mirrored(path), *opening(Path(room).stem)]
        case ("pages", name):
            return opening(Path(name).stem)
        case ("assets", "text", _, _, name):
            return opening(Path(name).stem)
    return []


def mirrored(path: Path) -> list[str]:
    own = sorted((ROOT / "tests" / path.parent).glob(f"test_{path.stem}*.py"))
    if own:
        return [str(test.relative_to(ROOT)) for test in own]
    for folder in path.parents[:-1]:  # engine/optim, engine
        if near := sorted((ROOT / "tests" / folder).glob("test_*.py")):
            return [str(test.relative_to(ROOT)) for test in near]
    return []


def opening(page: str) -> list[str]:
    """The tests that open a page, without a browser."""
    return [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob(f"tests/pages/test_{page}_*.py"))]


def chosen(files: Iterable[str]) -> list[str]:
    """The tests of these files, and those of the whole project."""
    always = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(ALWAYS))]
    near = [test for file in files for test in nearest_tests(file) if (ROOT / test).exists()]
    return list(dict.fromkeys([*near, *always]))


def run(tests: list[str], seconds: float) -> int:
    """pytest's own answer, or 0 with a sentence where time was up before anything failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", "--dist", "loadfile", *tests]
    with TemporaryDirectory(prefix="blindspot-check-", ignore_cleanup_errors=True) as scratch:
        surroundings = os.environ | {"TMPDIR": scratch}  # what is left there goes with it
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, start_new_session=True)
        try:
            found = process.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"\nNothing failed in {seconds:.0f} s; the rest is left to `make test`.")
            return 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and the workers that pytest started
            process.wait()
    return 0 if found == NO_TESTS else found


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--against", default="main", help="the branch to compare with")
    reader.add_argument("--seconds", type=float, default=85, help="at most")
    asked = reader.parse_args()
    files = changed(asked.against)
    tests = chosen(files)
    units = sum(not re.fullmatch(r"tests/test_\w+\.py", test) for test in tests)
    print(f"{len(files)} files differ from {asked.against}: {units} test files are theirs.")
    begun = time.monotonic()
    code = run(tests, asked.seconds)
    print(f"{time.monotonic() - begun:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
