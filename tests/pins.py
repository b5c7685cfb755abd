"""What must open for ever as it does today: the keys of every kind of work, the settings of every
page, the work behind every scene, and the shipped results.

`python -m tests.pins` adds what is new and changes nothing that stands.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.config import Config, Part, bounds, encode, family, shown
from engine.paths import RESULTS
from engine.runs.work import WORK, Work, import_kinds

FILE = Path(__file__).with_suffix(".json")


def pinned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def variants(kind: type[Work]) -> Iterator[Work]:
    """The default, and every knob once at another value that it takes."""
    yield kind()
    for name, field in kind().knobs().items():
        now = kind().get(name)
        for other in others(field, now):
            try:
                changed = kind().with_(name, other)
            except (ValidationError, ValueError):
                continue
            if changed != kind() and kind.read(changed.flat()) == (changed, []):
                yield changed
                break


def others(field: Any, now: Any) -> list[Any]:
    look, (low, high) = shown(field), bounds(field)
    if (registry := family(field)) is not None:
        return [id for id in registry if isinstance(now, Part) and id != now.id]
    if isinstance(now, bool):
        return [not now]
    if look and look.options:
        return [value for value, _ in look.options if value != encode(now)]
    if isinstance(now, int | float):
        return [value for value in (high, low) if value is not None and value != now]
    if isinstance(now, tuple):
        return [now[1:], now[:1]]
    return []


def keys_of(kind: type[Work]) -> dict[str, str]:
    """Link to key, of some configs of a kind."""
    return {
        "&".join(f"{name}={value}" for name, value in config.flat().items()): config.key
        for config in variants(kind)
    }


def settings_of(view: Config) -> dict[str, str]:
    """Every setting of a page by its name in the link, defaults included."""
    return {name: text(view.get(name)) for name in view.knobs()}


def text(value: Any) -> str:
    return value.id if isinstance(value, Part) else encode(value)


@contextmanager
def asked() -> Iterator[set[str]]:
    """The keys of all work that is asked for meanwhile."""
    found: set[str] = set()
    of = Work.key

    def key(config: Work) -> str:
        value = of.fget(config)  # type: ignore[attr-defined]
        found.add(f"{config.kind} {value}")
        first = config.model_copy(update={"revision": 1})  # what a link led to at first
        found.add(f"{config.kind} {of.fget(first)}")  # type: ignore[attr-defined]
        return str(value)

    Work.key = property(key)  # type: ignore[assignment,method-assign]
    try:
        yield found
    finally:
        Work.key = of  # type: ignore[method-assign]


def main() -> None:
    import_kinds()
    found = pinned()
    for kind in sorted(WORK):
        for link, key in keys_of(WORK[kind]).items():
            found["kinds"].setdefault(kind, {}).setdefault(link, key)
    for path in sorted(RESULTS.glob("*.json")):
        config = json.loads(path.read_text(encoding="utf-8"))["config"]
        found["shipped"].setdefault(path.stem, config["kind"])
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
