"""The sampling page at its defaults and extremes, section by section."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.core.sections import sections_of
from dashboard.sampling.train import marks_of
from engine.topics.autoregressive.config import DensityConfig
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


BIGGER = "section=train&train.source=texture&train.model=naive"


def captions(app: AppTest) -> str:
    return " ".join(element.value for element in app.caption)


def test_a_bound_is_drawn_only_where_it_holds() -> None:
    """The default first kernel of 7 sees what a texture for kernels of 3 repeats."""
    wide = DensityConfig.read({"source": "texture", "model": "naive"})[0]
    small = wide.with_("model.first_kernel", 3)
    assert [len(marks_of(config)) for config in (wide, small)] == [1, 2]
    assert "is not drawn" in captions(works(visit("sampling", BIGGER)))
    fits = captions(works(visit("sampling", f"{BIGGER}&train.model.first_kernel=3")))
    assert "is not drawn" not in fits


def test_no_number_of_ours_stands_as_if_it_could_be_compared_with_published_ones() -> None:
    app = works(visit("sampling", "section=bits"))
    rows = app.table[0].value.to_dict("records")
    ours = [row for row in rows if row["Model"] == "This model"]
    assert {"class given" in row["On, and what differs"] for row in ours} == {True, False}
    assert all("by chance" in r["On, and what differs"] for r in rows if r["Model"] == "PixelCNN")
    assert any(row["Model"] == "knowing nothing" for row in rows), "a floor"


def test_a_completion_says_which_class_the_model_is_given() -> None:
    own = works(visit("sampling", "section=completion&picture=4"))
    other = works(visit("sampling", "section=completion&picture=4&whose=chosen&label=3"))
    free = works(visit("sampling", "section=completion&picture=4&whose=open"))
    said = [" ".join(element.value for element in app.info) for app in (own, other, free)]
    assert "p(rest | given, class)" in said[0] and "p(rest | given, class)" not in said[2]
    assert "*3*" in said[1] and "no class" in said[2] and len(set(said)) == 3


def test_classes_and_runs_are_chosen_by_name() -> None:
    app = works(visit("sampling", "net=letters&label=3"))
    menu = next(box for box in app.selectbox if box.label == "Class")
    assert menu.options[:4] == ["A", "B", "C", "D"] and menu.value == 3
    app = works(visit("sampling", "net=run&run=6b1aeb8dfb1bb7b6"))
    menu = next(box for box in app.selectbox if box.label == "Model")
    assert menu.value == "run-6b1aeb8dfb1bb7b6" and menu.options[:2] == [
        "digits 8×8",
        "letters 16×16",
    ]
    works(menu.set_value("letters").run())
    assert app.query_params["net"] in ("letters", ["letters"])
