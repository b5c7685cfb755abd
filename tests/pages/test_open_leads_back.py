"""From the list of runs, *Open* leads to the very picture: the page asks for that very run."""

import pytest

from dashboard.core.places import place_of
from dashboard.explain_images.climbs import fitted
from engine.networks.classifiers import classifier
from engine.runs.work import WORK, Work, import_kinds
from engine.topics.explain_images.occlusion_maps import Occlude
from tests.pages.app import refused, visit, works
from tests.pins import asked, pinned

import_kinds()
WITHOUT_EFFECT = {  # what a page leaves out, since the numbers are the same
    ("race", "rules.adam_l2.epsilon=0.1"),  # of a rule that does not take part
    ("exhibit", "colour=1"),  # a piece of the museum has its own masks, stacks and padding
    ("exhibit", "stacks=1"),
    ("exhibit", "padding=replicate"),
}


def runs() -> list[Work]:
    """Of each kind the default, and a few whose settings are others."""
    found = []
    for kind, links in pinned()["kinds"].items():
        known = list(links)
        some = [known[0], *known[1 :: max(1, len(known) // 3)]]
        for link in dict.fromkeys(some):
            config = WORK[kind].read(dict(i.split("=", 1) for i in link.split("&") if i))[0]
            if (kind, link) not in WITHOUT_EFFECT:
                found.append(as_made(config))
    return found


def as_made(config: Work) -> Work:
    """As a page makes it: a square that fits its network has been looked for."""
    if not isinstance(config, Occlude):
        return config
    return config.with_("square", fitted(config.square, classifier(config.network)))


@pytest.mark.parametrize("run", runs(), ids=lambda run: f"{run.kind}-{run.key}")
def test_a_run_opens_on_itself(run: Work) -> None:
    page, items = place_of(run)
    with asked() as work:
        app = works(visit(page, items))
    assert not refused(app), items
    assert f"{run.kind} {run.key}" in work, items


@pytest.mark.parametrize("kind", sorted(WORK))
def test_every_kind_has_a_page(kind: str) -> None:
    place_of(WORK[kind]())
