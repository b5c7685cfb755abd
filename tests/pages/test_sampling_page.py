"""The sampling page at its defaults and extremes, section by section."""

import pytest

from dashboard.core.sections import sections_of
from engine.topics.autoregressive.shipped import names
from tests.pages.app import sentences, visit, works

SECTIONS = list(sections_of("sampling"))

SMALL = "train.source=texture&train.source.examples=100&train.epochs=1"


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("net", names())
def test_every_section_opens_with_every_shipped_model(section: str, net: str) -> None:
    app = works(visit("sampling", f"section={section}&net={net}&{SMALL}"))
    assert not sentences(app)


EXTREMES = {
    "step": [
        "label=61&seed=9999&temperature=0.05&top_k=256&top_p=0.05", "temperature=5&slip=1",
        "beside=seed&other_seed=9999&at=4096", "beside=temperature&other_temperature=5&at=0",
        "forced=0!255~63!0~4095!3&show=expected", "after=4095&again=9999", "after=1&click=again",
    ],
    "completion": [
        "keep=nothing&count=32", "rows=0", "rows=64&first=0&count=2", "first=63&rows=64",
        "keep=box&box=0~0~4095~4095", "keep=box&box=3~3", "source=drawn&drawn=00ggzz!!",
        "source=uploaded", "picture=9999", "temperature=0.05",
    ],
    "bits": [
        "spoilt=inverted&unit=nats", "spoilt=shuffled", "spoilt=noise&unit=bits",
        "spoilt=mirrored", "source=drawn", "toy=1&belief=1", "toy=1~0&belief=0.5~0.5",
    ],
    "use": ["seed=9999&temperature=0.05", "spoilt=noise", "source=drawn&drawn=gg", "label=61"],
    "train": [
        f"{SMALL}&train.model=fvsbn", f"{SMALL}&train.model=naive&train.conditional=0",
        "train.source.levels=256&train.model=nade", "train.source.data=shapes",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("section", "query"), [(s, q) for s, queries in EXTREMES.items() for q in queries]
)
def test_a_section_stands_at_its_extremes(section: str, query: str) -> None:
    works(visit("sampling", f"section={section}&{query}"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("temperature=0", "Temperature"),
        ("net=run&run=nothing", "no finished density run"),
        ("net=run&run=../../x", "no finished density run"),
        ("section=bits&toy=1~2&belief=1", "same number"),
        ("section=bits&toy=1~1&belief=1~0", "infinite"),
        ("section=train&train.source.data=mnist", "BLINDSPOT_DATA|MNIST"),
        ("section=train&train.source.data=shapes&train.source.levels=256&train.model=fvsbn",
         "more than"),
        ("at=-7", "at"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence(query: str, says: str) -> None:
    said = " ".join(sentences(works(visit("sampling", query))))
    assert any(part in said for part in says.split("|")), said or "nothing was said"


def test_the_link_holds_the_seed_that_was_drawn() -> None:
    app = works(visit("sampling", "label=2"))
    works(app.button(key="sampling_dice").click().run())
    seed = app.query_params["seed"]
    works(app.button(key="sampling_dice").click().run())
    assert app.query_params["seed"] != seed


def test_memorising_is_shown_before_anything_is_trained() -> None:
    app = works(visit("sampling", "section=bits"))
    assert "sampling_shrink" not in {button.key for button in app.button}, "nothing to train"


def test_bayes_is_compared_with_a_network_at_once() -> None:
    app = works(visit("sampling", "section=use"))
    told = {metric.label: metric.value for metric in app.metric}
    assert {"Accuracy, Bayes ↑", "Accuracy, CNN ↑"} <= set(told)


def test_training_opens_on_draws_of_a_run_that_can_be_drawn_with() -> None:
    app = works(visit("sampling", "section=train"))
    works(app.button(key="sampling_use").click().run())
    assert "run" in str(app.query_params["net"]) and not sentences(app)
