"""Pages without a browser: the whole app under Streamlit's own test runner."""

import json
from typing import Any
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from engine.paths import ROOT

SENTENCE = 700  # characters; what is longer is no sentence


def visit(page: str, query: str | dict[str, str | list[str]] = "", timeout: float = 60) -> AppTest:
    """Open a page of the app by a link, and run it once.

    Args:
        page: stem of its file.
        query: the link's settings.
        timeout: seconds.
    """
    items: dict[str, Any] = {}
    if isinstance(query, str):
        for name, value in parse_qsl(query, keep_blank_values=True):
            items.setdefault(name, []).append(value)
    else:
        items = dict(query)
    app = AppTest.from_file(ROOT / "dashboard" / "app.py", default_timeout=timeout)
    if page != "home":
        app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in items.items():
        app.query_params[name] = value
    return app.run()


def works(app: AppTest) -> AppTest:
    """Fail unless the page ran to its end, and says what it refuses in short sentences."""
    assert not app.exception, "\n".join(f"{e.message}\n{e.stack_trace}" for e in app.exception)
    for element in (*app.warning, *app.error, *app.info):
        assert len(element.value) < SENTENCE, f"too long to read: {element.value[:200]}…"
        assert "Traceback" not in element.value
    return app


def refused(app: AppTest) -> list[str]:
    """What the page says of its link, in notes at its top."""
    return [element.value for element in app.warning if element.icon == ":material/info:"]


def sentences(app: AppTest) -> list[str]:
    """All that the page warns of, a result's own warnings included."""
    return [element.value for element in (*app.warning, *app.error)]


def touched(app: AppTest) -> dict[str, dict[str, Any]]:
    """What is given to each area that is touched, by its key."""
    found = {}

    def walk(block: Any) -> None:
        for child in block.children.values():
            proto = getattr(child, "proto", None)
            if getattr(proto, "component_name", "") == "blindspot_touch":
                found[proto.id.split("-", 2)[2]] = json.loads(proto.bytes)
            if hasattr(child, "children"):
                walk(child)

    walk(app.main)
    return found
