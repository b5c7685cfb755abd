"""The page Neurons and losses: every section at its defaults and its ends, and links gone wrong."""

from urllib.parse import urlencode

import pytest

from dashboard.core.sections import sections_of
from dashboard.neurons.view import NeuronsView
from engine.config import bounds, shown
from tests.pages.app import sentences, visit, works

SECTIONS = list(sections_of("neurons"))
NUMBERS = {
    name: bounds(field)
    for name, field in NeuronsView().knobs().items()
    if None not in bounds(field) and isinstance(NeuronsView().get(name), int | float)
}
CHOICES = [
    (name, value)
    for name, field in NeuronsView().knobs().items()
    for value, _ in shown(field).options
]


def address(name: str, value: object) -> str:
    head = name.split(".")[0]
    if head in ("answers", "examples"):  # of the softmax section
        return urlencode({"section": "softmax", "examples": "many", name: value})
    return urlencode({**({"section": head} if head in SECTIONS else {}), name: value})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_opens_without_a_word_of_complaint(section: str) -> None:
    assert not sentences(works(visit("neurons", f"section={section}")))


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_at_the_end_of_its_range_is_taken(name: str, end: int) -> None:
    assert not sentences(works(visit("neurons", address(name, NUMBERS[name][end]))))


@pytest.mark.parametrize(("name", "value"), CHOICES)
def test_every_choice_opens(name: str, value: str) -> None:
    assert not sentences(works(visit("neurons", address(name, value))))


@pytest.mark.parametrize(
    "query",
    [
        "section=nowhere",
        "perceptron.plane.preset=zor",
        "perceptron.plane.own=1!2",
        "perceptron.plane.own=1!2!7",
        "perceptron.plane.own=" + "~".join(["1!2!0"] * 500),
        "perceptron.limit=1e9",
        "section=losses&losses.shown=hing",
        "section=losses&losses.penalty=-1",
        "section=softmax&softmax.logits=1",
        "section=softmax&softmax.logits=1~nan",
        "section=curves&curves.degree=16",
        "section=curves&curves.shown=lasso",
        "section=curves&curves.own=1!2",
        "section=curves&curves.own=101!2!0",
        "section=curves&curves.ridge=nan",
        "section=inputs&inputs.prepared=whitish",
        "section=inputs&inputs.rate=3",
        "section=inputs&inputs.unit=0",
        "section=density&density.method=svm",
        "section=density&density.clouds.own=1!2!7",
        "section=density&density.size=7",
        "section=density&density.draw=-1",
        "data=pictures&patterns.first=" + "~".join(["9"] * 3000),
        "data=pictures&patterns.second=banana",
    ],
)
def test_what_is_refused_gets_one_sentence(query: str) -> None:
    assert len(sentences(works(visit("neurons", query)))) == 1


def test_points_of_one_class_ask_for_the_other() -> None:
    query = "perceptron.plane.preset=own&perceptron.plane.own=10!10!1"
    app = works(visit("neurons", query))
    assert any("both classes" in element.value for element in app.info)


def test_a_degree_that_the_points_do_not_determine_says_so() -> None:
    app = works(visit("neurons", "section=curves&curves.own=0!0!0~50!50!0&curves.degree=9"))
    assert any("degree 1 at most" in element.value for element in app.info)


def test_a_sample_is_refused_where_there_is_no_density_and_made_where_there_is() -> None:
    query = "section=density&density.draw=1&density.method="
    app = works(visit("neurons", f"{query}logistic"))
    assert any("nothing to draw from" in element.value for element in app.warning)
    app.button(key="neurons_sample").click().run()
    assert any("nothing to draw from" in element.value for element in works(app).warning)
    app = works(visit("neurons", f"{query}lda"))
    assert not app.warning and any("LDA made up" in element.value for element in app.info)


@pytest.mark.parametrize(("own", "refused"), [("0!0!0~50!50!1~60!0!1", "QDA"), ("", "")])
def test_own_points_too_few_for_a_density_say_so(own: str, refused: str) -> None:
    query = f"section=density&density.method=qda&density.clouds.preset=own&density.clouds.own={own}"
    app = works(visit("neurons", query.removesuffix("&density.clouds.own=")))
    said = [element.value for element in (*app.markdown, *app.info)]
    wanted = f"{refused}** cannot be fitted" if refused else "both classes"
    assert any(wanted in text for text in said)
    assert any("Of your own there is none" in text for text in said)


def test_features_or_pixels_is_there_at_once_with_its_list_and_its_checks() -> None:
    app = works(visit("neurons", "section=features&features.given=shape&features.picture=5"))
    assert app.button(key="neurons_features_again")
    said = [element.value for element in app.markdown]
    assert any("rules by hand** it is not ahead with 2,000" in text for text in said)
    assert any("Picture 5 is a " in text for text in said)
    (costs,) = [frame.value for frame in app.dataframe if len(frame.value) == 5]
    assert costs.shape == (5, 8)
    assert len(app.table[0].value) == 6, "the book's list"
    assert any("SciPy's Sobel filter by" in element.value for element in app.caption)
    (button,) = [one for one in app.get("download_button") if "csv" in one.proto.id]
    assert button


def test_what_was_never_trained_says_so_and_shows_the_picture() -> None:
    app = works(visit("neurons", "section=features&features.work.seed=9&features.size=2000"))
    assert any("Nothing is trained yet" in element.value for element in app.info)
    assert any("The rules say" in element.value for element in app.markdown)
    refused = works(visit("neurons", "section=features&features.picture=60"))
    assert len(sentences(refused)) == 1
