"""Pages stand whatever their settings are: hundreds of links drawn at random, over and over."""

import random
from typing import Any

import pytest

from dashboard.core.router import find_pages
from dashboard.core.sections import modules_of, sections_of
from engine.config import Config, bounds, encode, family, shown
from tests.pages.app import visit, works

LINKS = 40  # a section
STRANGE = ("", "0", "-1", "1e308", "nan", "~", "1~2~3", "x" * 300, "<b>", "null", "π", "1!2~3!4")


def view_of(page: str) -> Config | None:
    """The settings of a page."""
    for module in modules_of(page):
        for found in vars(module).values():
            if (
                isinstance(found, type)
                and issubclass(found, Config)
                and found.__module__ == f"dashboard.{page}.view"
            ):
                return found()
    return None


def value(draw: random.Random, field: Any) -> str:
    """A value of a setting: allowed, at its ends, or strange."""
    if draw.random() < 0.2:
        return draw.choice(STRANGE)
    low, high = bounds(field)
    if (members := family(field)) is not None:
        return draw.choice(list(members))
    if (look := shown(field)) and look.options:
        return draw.choice([option for option, _ in look.options])
    if low is not None and high is not None:
        end = draw.choice([low, high, low + (high - low) * draw.random() ** 3])
        return encode(type(field.default)(end)) if field.default is not None else encode(end)
    return encode(field.default)


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "section"),
    [(info.name, id) for info in find_pages() for id in list(sections_of(info.name)) or [""]],
)
def test_a_section_stands_at_settings_drawn_at_random(page: str, section: str) -> None:
    draw = random.Random(f"{page}/{section}")
    view = view_of(page)
    knobs = view.knobs() if view else {}
    for _ in range(LINKS if knobs else 1):
        names = draw.sample(list(knobs), min(len(knobs), draw.randint(1, 6)))
        link = {name: value(draw, knobs[name]) for name in names}
        try:
            works(visit(page, link | ({"section": section} if section else {})))
        except AssertionError as error:
            raise AssertionError(f"{page} {section} {link}: {error}") from None
