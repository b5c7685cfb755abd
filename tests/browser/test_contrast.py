"""Letters can be read, on a light page and on a dark one: WCAG 2 asks for a contrast of 4.5."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.lab import SOON

_SEEN = """element => {
  let alpha = 1, ground = null;
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const [r, g, b, a = 1] = parts(getComputedStyle(element).color);
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at), back = parts(style.backgroundColor);
    if (!ground && back.length === 3) ground = back;
    if (!ground) alpha *= parseFloat(style.opacity);
  }
  const mixed = [r, g, b].map((c, i) => c * a * alpha + ground[i] * (1 - a * alpha));
  return [mixed, ground];
}"""
PLACES = {
    "training?data=moons&epochs=30&seed=3": (
        ".st-key-lab_play button p",
        ".st-key-lab_play button kbd",
        ".st-key-lab_step button kbd",
        "[data-testid=stCaptionContainer] p",
    ),
    "optimizers?section=surfaces&steps=50": (
        "[data-testid=stMultiSelectTagsContainer] > span > span",
        ".blindspot-film button[name=play]",
    ),
}


def luminance(colour: list[float]) -> float:
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4
        for p in (part / 255 for part in colour)
    ]
    return float(sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("link", PLACES)
def test_letters_can_be_read(new_page: Callable[..., Any], scheme: str, link: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(f"/{link}")
    for place in PLACES[link]:
        page.wait_for_selector(place, timeout=SOON)
        ink, ground = page.locator(place).first.evaluate(_SEEN)
        low, high = sorted((luminance(ink), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (place, ink, ground)
