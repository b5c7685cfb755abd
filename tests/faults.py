"""What goes wrong in a browser page that a test would not notice by itself?"""

import re
from typing import Any
from urllib.parse import urlsplit

# On a deep link Streamlit first looks for its server below the page's own path, then above it.
EXPECTED = re.compile(r"/[^/]+/_stcore/(health|host-config)$")


class Faults:
    """Collects console errors, failed requests, and requests to any other host."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).hostname
        self.found: list[str] = []

    def watch(self, page: Any) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"exception: {error}"))
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: Any) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not EXPECTED.search(urlsplit(where).path):
            self.found.append(f"console: {message.text[:500]} ({where})")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != self.host:
            self.found.append(f"asked another host: {url[:200]}")

    def _failed(self, request: Any) -> None:
        # Leaving a page, or the test's end, aborts what is still on its way.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.url} ({request.failure})")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and not EXPECTED.search(urlsplit(response.url).path):
            self.found.append(f"{response.status}: {response.url}")
