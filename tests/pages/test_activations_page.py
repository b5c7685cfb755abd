"""The Activations page: every section at its defaults and its ends, and links that are wrong."""

import math
from urllib.parse import quote_plus, urlencode

import pytest

from dashboard.activations.view import ActView
from dashboard.core.sections import sections_of
from engine.config import bounds
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.topics.activations.neuron import NeuronConfig
from tests.pages.app import sentences, visit, works

SECTIONS = list(sections_of("activations"))

JOBS = ("learns", "squares", "dead")
LIGHT = {"gallery": "gallery", "neuron": "neuron", "linear": "linear"}  # closed-form sections
NUMBERS = {
    name: bounds(field)
    for name, field in ActView().knobs().items()
    if name.split(".")[0] in LIGHT
    and None not in bounds(field)
    and isinstance(ActView().get(name), int | float)
}


@pytest.mark.parametrize("section", [name for name in SECTIONS if name not in JOBS])
def test_a_section_opens_without_a_word_of_complaint(section: str) -> None:
    assert not sentences(works(visit("activations", f"section={section}")))


@pytest.mark.parametrize("section", JOBS)
def test_a_section_that_trains_opens_on_another_setting_and_waits(section: str) -> None:
    query = {"learns": "learns.seeds=2", "squares": "squares.seeds=2", "dead": "dead.seeds=2"}
    app = works(visit("activations", f"section={section}&{query[section]}"))
    assert not sentences(app)
    assert any("Train" in button.label for button in app.button)


@pytest.mark.parametrize("id", ACTIVATIONS)
def test_every_activation_opens_in_the_gallery_and_in_a_neuron(id: str) -> None:
    assert not sentences(works(visit("activations", f"gallery.shown={id}")))
    query = urlencode({"section": "neuron", "neuron.activation": id})
    assert not sentences(works(visit("activations", query)))


@pytest.mark.parametrize("id", INITIALISERS)
def test_every_rule_for_weights_opens_in_the_deep_network(id: str) -> None:
    query = {"section": "signal", "deep.signal.initialiser": id, "deep.signal.depth": 3}
    assert not sentences(works(visit("activations", urlencode(query))))


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_at_the_end_of_its_range_is_taken(name: str, end: int) -> None:
    query = {"section": name.split(".")[0], name: NUMBERS[name][end]}
    assert not sentences(works(visit("activations", urlencode(query))))


@pytest.mark.parametrize(
    "query",
    [
        "section=nowhere",
        "gallery.shown=gleu",
        "gallery.bias=nan",
        "gallery.slope=1e9",
        "softmax.logits=1",
        "softmax.logits=banana",
        "section=neuron&neuron.inputs=1~2~3~4",
        "section=neuron&neuron.weights=" + "9" * 5000,
        "section=signal&deep.signal.depth=1000",
        "section=signal&deep.signal.activation=" + quote_plus("<script>"),
        "section=linear&linear.width=-3",
        "section=squares&squares.activations=prelu&squares.seeds=2",
        "section=squares&squares.size=4&squares.seeds=2",
        "section=dead&dead.data=digits&dead.seeds=2",
        "section=learns&learns.base.data=digits&learns.seeds=2",
    ],
)
def test_a_wrong_link_is_refused_in_a_sentence_and_the_page_stays(query: str) -> None:
    app = works(visit("activations", query))
    assert sentences(app), f"{query[:60]} was taken without a word"


def test_no_function_at_all_is_answered_with_what_to_do() -> None:
    app = works(visit("activations", "gallery.shown="))
    assert any("at least one" in info.value for info in app.info)


def test_a_slider_of_a_row_of_numbers_writes_the_link() -> None:
    app = works(visit("activations", "section=neuron"))
    works(app.slider(key="act_weight_1").set_value(2.0).run())
    first, _, third = NeuronConfig().weights
    assert one(app, "neuron.weights") == f"{first:g}~2~{third:g}"


def test_a_neuron_grows_by_an_input_and_its_weight_together() -> None:
    app = works(visit("activations", "section=neuron"))
    works(app.button(key="act_inputs_more").click().run())
    assert len(one(app, "neuron.inputs").split("~")) == 4
    assert len(one(app, "neuron.weights").split("~")) == 4
    assert not sentences(app)


def test_a_choice_of_functions_writes_the_link() -> None:
    app = works(visit("activations"))
    works(app.multiselect(key="act_gallery.shown").set_value(["relu", "mish"]).run())
    assert one(app, "gallery.shown") == "relu~mish"


def test_what_the_link_says_is_what_the_widgets_show() -> None:
    query = "section=signal&deep.signal.depth=7&deep.signal.activation=relu&scale=own"
    app = works(visit("activations", query))
    assert app.slider(key="act_deep.signal.depth").value == 7
    assert app.selectbox(key="act_deep.signal.activation").value == "relu"
    assert math.isclose(app.select_slider(key="act_deep.signal.input_scale").value, 1.0)


def one(app: object, name: str) -> str:
    """A setting of the link, which Streamlit gives as text or as a list of it."""
    value = app.query_params[name]  # type: ignore[attr-defined]
    return value if isinstance(value, str) else value[0]
