"""The Backpropagation page: every section, every example, extremes, nonsense, and what it tells."""

from urllib.parse import quote

import pytest

from dashboard.core.lessons import load
from dashboard.core.sections import sections_of
from engine.topics.backpropagation.expression import EXAMPLES
from tests.pages.app import refused, sentences, visit, works

SECTIONS = list(sections_of("backpropagation"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_its_lesson_and_opens(section: str) -> None:
    assert section in load("backpropagation")
    app = works(visit("backpropagation", f"section={section}"))
    assert not sentences(app)


@pytest.mark.parametrize("id", [id for id in EXAMPLES if id != "zero"])
def test_every_example_opens_and_is_checked(id: str) -> None:
    app = works(visit("backpropagation", f"section=graph&graph.example={id}"))
    assert not sentences(app)
    assert any("autograd" in element.value for element in app.caption)


def test_an_expression_is_typed_and_its_variables_get_numbers() -> None:
    app = works(visit("backpropagation", "section=graph&graph.example=weight"))
    works(app.text_area(key="bp_formula").set_value("sin(w*x) + k").run())
    assert [element.label for element in app.number_input] == ["w", "x", "k"]
    assert [element.value for element in app.number_input] == [1, 2, 1]
    works(app.number_input(key="bp_value_2").set_value(5.0).run())
    table = app.dataframe[0].value
    assert table.iloc[-1]["Value"] == pytest.approx(5.909297, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x + * y", "character 5"),
        ("x + foo", "foo at character 5"),
        ("x" + "+x" * 110, "at most 200 characters"),
        ("x" + "*x" * 60, "At most 40 gates"),
    ],
)
def test_nonsense_is_one_sentence_and_loses_nothing(text: str, said: str) -> None:
    app = works(visit("backpropagation", "section=graph&graph.example=weight"))
    works(app.text_area(key="bp_formula").set_value(text).run())
    (sentence,) = refused(app)
    assert said in sentence
    assert app.text_area(key="bp_formula").value == EXAMPLES["weight"].text
    assert app.query_params["graph.example"] in ("weight", ["weight"])
    linked = works(visit("backpropagation", f"section=graph&graph.formula={quote(text)}"))
    assert refused(linked)


@pytest.mark.parametrize("values", ["1e6~-1e6~1e6", "0~0~0", "nan~inf~1", "1~2~3~4~5", "x~y~z"])
def test_extreme_numbers_are_drawn_or_refused(values: str) -> None:
    app = works(
        visit("backpropagation", f"section=graph&graph.example=weight&graph.values={values}")
    )
    assert len(app.dataframe[0].value) == 6


def test_what_breaks_is_said_at_its_gate() -> None:
    app = works(visit("backpropagation", "section=graph&graph.example=zero"))
    (sentence,) = [element.value for element in app.error]
    assert "÷" in sentence and "division by zero" in sentence
    formula = quote("exp(x*y)")
    query = f"section=graph&graph.formula={formula}&graph.values=1000~1000"
    assert "overflow" in works(visit("backpropagation", query)).error[0].value


def test_a_slope_is_guessed_before_it_is_shown() -> None:
    query = "graph.example=twice&ask=1"
    app = works(visit("backpropagation", query))
    assert not app.dataframe
    app.number_input(key="ask_used-three-times").set_value(7.0).run()
    works(app.button(key="ask_reveal").click().run())
    assert any("right" in element.value for element in app.success)
    assert len(app.dataframe) == 1


@pytest.mark.parametrize(
    "query",
    [
        "check.widths=1~1",
        "check.widths=100~150~20&check.batch=1",
        "check.step=1e-12&check.precision=float32&check.scheme=forward",
        "check.step=1&check.activation=hard_tanh&check.loss=squared&check.batch=32",
    ],
)
def test_a_check_at_its_extremes_is_drawn(query: str) -> None:
    app = works(visit("backpropagation", f"section=check&{query}"))
    assert not refused(app)
    assert any("autograd" in element.value for element in app.caption)


def test_a_bug_is_caught_and_named() -> None:
    app = works(visit("backpropagation", "section=check&check.bug=sign"))
    (sentence,) = [element.value for element in app.error]
    assert "Caught" in sentence and "biases of layer 1" in sentence
    healed = works(visit("backpropagation", "section=check"))
    assert not healed.error and "agrees" in healed.success[0].value


def test_too_large_a_network_is_one_sentence() -> None:
    app = works(visit("backpropagation", "section=check&check.widths=256~256~256"))
    assert any("At most 20,000 parameters" in sentence for sentence in refused(app))


@pytest.mark.parametrize(
    "query",
    [
        "kernels.size=2&kernels.kernel=1",
        "kernels.size=8&kernels.kernel=5&kernels.padding=3&kernels.dilation=3",
        "kernels.op=max&kernels.size=8&kernels.kernel=5&kernels.stride=3&kernels.padding=3",
        "kernels.op=average&kernels.way=hand&kernels.dilation=3&kernels.padding=3",
        "kernels.stride=3&kernels.way=hand",
    ],
)
def test_windows_at_their_extremes_are_drawn(query: str) -> None:
    app = works(visit("backpropagation", f"section=convolution&{query}"))
    assert not refused(app)
    assert any("away from ties" in element.value for element in app.caption)


def test_a_window_that_does_not_fit_is_one_sentence() -> None:
    app = works(visit("backpropagation", "section=convolution&kernels.dilation=3"))
    assert any("reaches over 7 pixels" in sentence for sentence in refused(app))


def test_ties_are_shown_with_what_torchs_functions_make_of_them() -> None:
    query = "section=convolution&kernels.op=max&kernels.size=2&kernels.kernel=2"
    app = works(visit("backpropagation", f"{query}&kernels.pixels=1~7~7~2"))
    assert any("2 pixels tie" in element.value for element in app.warning)
    assert len(app.dataframe[0].value) == 5
    without = works(visit("backpropagation", f"{query}&kernels.pixels=1~7~6~2"))
    assert not without.warning and not without.dataframe


@pytest.mark.parametrize("id", EXAMPLES)
def test_every_example_is_broken_in_every_way(id: str) -> None:
    link = f"section=break&graph.example={id}"
    app = works(visit("backpropagation", f"{link}&broken.forget=1&broken.order=forward"))
    assert any("nothing in torch to compare" in element.value for element in app.caption)
    once = works(visit("backpropagation", f"{link}&broken.calls=once"))
    assert "Nothing is broken" in once.success[0].value
    beyond = works(visit("backpropagation", f"{link}&broken.calls=torch&broken.detached=92"))
    assert any("Torch itself" in element.value for element in beyond.caption)


def test_a_node_is_detached_from_the_menu() -> None:
    app = works(visit("backpropagation", "section=break&graph.example=weight&broken.calls=once"))
    works(app.selectbox(key="bp_detached").set_value(4).run())
    assert "4 of 6 slopes are wrong" in app.info[0].value
    table = app.dataframe[0].value.set_index("Node")
    assert table.loc["w", "Broken slope"] == 0 and table.loc["w", "Right slope"] == -16
    works(app.text_area(key="bp_formula").set_value("x + y").run())
    assert app.selectbox(key="bp_detached").value == -1
    assert "Nothing is broken" in app.success[0].value


@pytest.mark.parametrize(
    "query",
    [
        "layers.widths=1~1&layers.batch=1&layers.segments=12",
        "layers.widths=64~64~64~64~64~64~64~64~64~64~64~64&layers.batch=1024&layers.segments=12",
        "layers.widths=5~1~64&layers.activation=absolute&layers.segments=1",
    ],
)
def test_layers_at_their_extremes_are_drawn(query: str) -> None:
    app = works(visit("backpropagation", f"section=layers&{query}"))
    assert not refused(app)
    assert "agree with torch" in app.success[0].value


def test_a_network_without_a_hidden_layer_is_one_sentence() -> None:
    app = works(visit("backpropagation", "section=layers&layers.widths=3"))
    assert any("two widths" in sentence for sentence in refused(app))


def test_every_line_stands_there_with_its_shape() -> None:
    app = works(visit("backpropagation", "section=layers"))
    (table,) = [e.value for e in app.markdown if e.value.startswith("| Equation")]
    assert len(table.splitlines()) == 2 + 16 and "2 × 3" in table and "pmatrix" in table


@pytest.mark.parametrize(
    "query",
    [
        "chain.inputs=40&chain.kernel=7&chain.classes=16&products.depth=8&products.hidden=256",
        "chain.inputs=4&chain.kernel=3&chain.classes=2&products.depth=2&products.hidden=32",
        "chain.kernel=1&chain.seed=9999",
    ],
)
def test_jacobians_at_their_extremes_are_drawn(query: str) -> None:
    app = works(visit("backpropagation", f"section=jacobians&{query}"))
    assert not refused(app)
    assert any("from autograd" in element.value for element in app.caption)
    assert ["multiply-adds" in element.value for element in app.info] == [True, False]


def test_a_kernel_that_leaves_too_little_is_one_sentence() -> None:
    app = works(visit("backpropagation", "section=jacobians&chain.inputs=4&chain.kernel=4"))
    assert any("at least two outputs" in sentence for sentence in refused(app))


def test_a_slope_is_guessed_and_the_right_one_is_told() -> None:
    app = works(visit("backpropagation", "graph.example=weight&quiz=1"))
    assert not app.dataframe, "nothing is given away"
    name = next(e.key for e in app.number_input if e.key.startswith("bp_quiz_guess"))
    app = works(app.number_input(key=name).set_value(5.0).run())
    assert any("It is used by: ×" in element.value for element in app.warning)
    app = works(app.number_input(key=name).set_value(-16.0).run())
    assert any("−16" in element.value for element in app.success)


def test_the_broken_graph_has_no_knob_of_the_whole_one() -> None:
    app = works(visit("backpropagation", "section=break&graph.example=network"))
    assert not {"bp_fold", "bp_quiz"} & {element.key for element in app.toggle}


def test_statements_are_folded() -> None:
    app = works(visit("backpropagation", "graph.example=network&fold=1"))
    assert not sentences(app) and list(app.dataframe[0].value["Node"])[-4:-1] == ["h1", "h2", "p"]
