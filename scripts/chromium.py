"""Which Chromium do browser tests drive? One that is here, else Playwright's, else the system's.

Prints its path. `python scripts/chromium.py --get` installs one where there is none.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NONE = (
    "No working Chromium was found. Install one (apt-get install chromium, or "
    "python -m playwright install --with-deps chromium), or name one with BLINDSPOT_CHROMIUM."
)


def find() -> str | None:
    """Path of the first Chromium that starts, or None."""
    return next((path for path in candidates() if works(path)), None)


def candidates() -> Iterator[str]:
    """Where a Chromium may be. Playwright is asked last: it has to be started for that."""
    if named := os.environ.get("BLINDSPOT_CHROMIUM"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    yield own


def works(path: str) -> bool:
    """Whether a browser starts here: being installed is not enough where libraries are missing."""
    command = [path, "--headless", *FLAGS, "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def get() -> str | None:
    """Install a Chromium, by the mildest way that works."""
    playwright = [sys.executable, "-m", "playwright"]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    ways: list[list[list[str]]] = [[[*playwright, "install", "chromium"]]]
    if shutil.which("apt-get") and (not root or shutil.which("sudo")):
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        ways += [
            [[*apt, "update"], [*apt, "install", "-y", "chromium"]],
            [[*root, *playwright, "install-deps", "chromium"]],
        ]
    for way in ways:
        for command in way:
            print("$", *command, file=sys.stderr, flush=True)
            try:
                done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=300)
            except (OSError, subprocess.TimeoutExpired) as error:
                print(error, file=sys.stderr)
                break
            if done.returncode:
                break
        if path := find():
            return path
    return None


if __name__ == "__main__":
    path = find() or (get() if "--get" in sys.argv else None)
    sys.exit(print(path) if path else NONE)
