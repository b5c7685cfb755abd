"""The page of the autoregressive ladder: every section, extremes, nonsense."""

import pytest

from dashboard.core.lessons import load
from dashboard.core.sections import sections_of
from tests.pages.app import refused, sentences, visit, works

SECTIONS = list(sections_of("ladder"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_its_lesson_and_opens(section: str) -> None:
    assert section in load("ladder")
    app = works(visit("ladder", f"section={section}"))
    assert not refused(app)


def test_the_ladder_opens_on_its_result_with_the_seal() -> None:
    app = works(visit("ladder"))
    assert any("Sealed" in element.value for element in app.info)
    assert len(app.dataframe[0].value) == 9 and not sentences(app)


def test_a_cheat_is_exposed() -> None:
    app = works(visit("ladder", "exact.cheat=1&rung=cheat"))
    assert any("is no distribution" in element.value for element in app.error)


def test_the_average_of_logits_is_exposed() -> None:
    app = works(visit("ladder", "section=orders"))
    assert any("it is no distribution" in element.value for element in app.error)


@pytest.mark.parametrize(
    "query",
    [
        "exact.source.own=70000",
        "exact.source.own=-1",
        "exact.source.own=x",
        "exact.examples=0",
        "exact.pixel=16",
        "lottery.rung=gated",
        "exact.source.noise=nan",
    ],
)
def test_nonsense_is_told_and_the_rest_stays(query: str) -> None:
    app = works(visit("ladder", f"{query}&rung=nade"))
    assert refused(app) and app.query_params["rung"] in ("nade", ["nade"])


def test_pictures_are_painted() -> None:
    app = works(visit("ladder", "exact.source.kind=own&exact.source.own=5~9"))
    app = works(app.button(key="ladder_exact_more").click().run())
    assert app.query_params["exact.source.own"] in ("5~9~0", ["5~9~0"])
    app = works(app.button(key="ladder_exact_fewer").click().run())
    assert app.query_params["exact.source.own"] in ("5~9", ["5~9"])
