"""The Optimizers page: every section, every optimizer and surface, extremes, and what it tells."""

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.core.lessons import load
from dashboard.core.runtime import store
from dashboard.core.scenes import scenes
from dashboard.core.sections import sections_of
from dashboard.optimizers.view import OptimView
from engine.config import bounds
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.surfaces import SURFACES
from tests.pages.app import sentences, visit, works

SECTIONS = list(sections_of("optimizers"))

WALKS = "section=surfaces&"
NUMBERS = {
    name: bounds(field)
    for name, field in OptimView().knobs().items()
    if name.startswith(("weight.", "steps")) and None not in bounds(field)
}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_its_lesson_and_opens(section: str) -> None:
    assert section in load("optimizers")
    # A seed of its own, so that no section starts its first computation in a test.
    app = works(visit("optimizers", f"section={section}&seeds=3&side=40&landscape.side=21"))
    assert not sentences(app)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_can_be_walked(surface: str) -> None:
    app = works(visit("optimizers", f"{WALKS}surface={surface}&steps=50"))
    assert not sentences(app)


def test_all_optimizers_walk_together() -> None:
    app = works(visit("optimizers", f"{WALKS}optimizers={'~'.join(OPTIMIZERS)}&steps=30"))
    assert not sentences(app)
    assert len(app.table[0].value) == len(OPTIMIZERS)


@pytest.mark.parametrize("id", OPTIMIZERS)
def test_the_knobs_of_every_optimizer_are_drawn(id: str) -> None:
    app = works(visit("optimizers", f"{WALKS}optimizers={id}&tune={id}&steps=20"))
    keys = {element.key for element in (*app.slider, *app.select_slider, *app.toggle)}
    assert f"optim_rates.{id}" in keys
    for name in OPTIMIZERS[id]().knobs():
        if OPTIMIZERS[id]().knobs()[name].annotation in (int, float):
            assert f"optim_rules.{id}.{name}" in keys


def test_the_learning_rate_in_use_is_shown_and_follows_the_surface_until_it_is_turned() -> None:
    app = works(visit("optimizers", f"{WALKS}steps=20"))
    suited = OptimView().rate("adam", OptimView().surface)
    slider = app.select_slider(key="optim_rates.adam")
    assert slider.value == suited
    slider.set_value(0.3).run()
    assert app.query_params["rates.adam"] == "0.3"
    works(app).select_slider(key="optim_rates.adam").set_value(suited).run()
    assert "rates.adam" not in works(app).query_params


def test_an_optimizer_that_does_not_exist_is_named_in_a_sentence() -> None:
    app = works(visit("optimizers", "optimizers=adm"))
    assert sentences(app)


def test_divergence_is_a_sentence_with_name_rate_and_step() -> None:
    app = works(
        visit("optimizers", f"{WALKS}rates.gradient_descent=1&optimizers=gradient_descent~adam")
    )
    (said,) = [element.value for element in app.error]
    assert "Gradient descent" in said
    assert "update" in said
    assert "1" in said


@pytest.mark.parametrize(
    ("rate", "kind", "word"),
    [(0.1, "success", "Converges"), (0.25, "warning", "Ping-pong"), (0.3, "error", "Diverges")],
)
def test_one_weight_says_what_becomes_of_it(rate: float, kind: str, word: str) -> None:
    app = works(visit("optimizers", f"section=weight&weight.learning_rate={rate}"))
    (said,) = [element.value for element in getattr(app, kind)]
    assert word in said
    assert "0.25" in said


def test_the_table_of_one_weight_is_the_textbook_example() -> None:
    app = works(visit("optimizers", "section=weight"))
    table = app.dataframe[0].value
    assert table.iloc[0, 1:5].tolist() == [1, 2, 16, -16]
    assert table.iloc[1, 1] == pytest.approx(2.6)
    assert table.iloc[1, 3] == pytest.approx(0.64)


def test_one_weight_survives_all_knobs_at_their_largest() -> None:
    works(
        visit(
            "optimizers",
            "section=weight&weight.x=10&weight.y=-20&weight.w=20&weight.learning_rate=1"
            "&weight.steps=200",
        )
    )


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("end", [0, 1])
def test_knobs_work_at_both_ends(name: str, end: int) -> None:
    section = "weight" if name.startswith("weight") else "surfaces"
    app = works(visit("optimizers", f"section={section}&{name}={NUMBERS[name][end]:g}"))
    assert not [s for s in sentences(app) if "cannot be" in s]


def test_a_click_on_the_surface_moves_the_start() -> None:
    app = visit("optimizers", f"{WALKS}steps=20&start=1~1")
    works(app)
    assert app.text_input(key="optim_start").value == "1, 1"


def test_the_common_mistakes_stand_beside_the_published_rules() -> None:
    app = works(visit("optimizers", f"{WALKS}twin=1&steps=20"))
    told = " ".join(element.value for element in app.markdown)
    assert "**without** it, a common mistake" in told and "with **one**, a common mistake" in told
    assert told.count("After 20 updates the published rule is") == 2, "each with its numbers"


def test_an_optimizer_walks_once_for_each_value_of_a_setting_that_is_chosen() -> None:
    app = works(visit("optimizers", f"{WALKS}steps=20"))
    app.selectbox(key="optim_several").set_value("learning_rate").run()
    rate = OptimView().rate("adam", OptimView().surface)
    now = app.query_params
    assert now["several"] == "adam.learning_rate"
    assert [float(v) for v in now["values"].split("~")] == [
        pytest.approx(factor * rate) for factor in (0.3, 1, 3)
    ]
    assert len(works(app).table[0].value) == 6
    app.text_input(key="optim_values").set_value("0.1, 0.2").run()
    assert len(works(app).table[0].value) == 5
    app.selectbox(key="optim_several").set_value("").run()
    assert "several" not in works(app).query_params and len(app.table[0].value) == 4


@pytest.mark.parametrize("switch", ["solid=1", "arrows=0", "solid=1&twin=1&arrows=0"])
def test_every_switch_of_the_surfaces_can_be_turned(switch: str) -> None:
    assert not sentences(works(visit("optimizers", f"{WALKS}{switch}&steps=20")))


def test_rate_and_momentum_of_every_rule_that_has_one() -> None:
    for id in OptimView.allowed("mover", {}) or []:
        works(visit("optimizers", f"section=basins&map=rates&land=bowl&mover={id}&most=20"))


def test_too_many_networks_are_refused_in_a_sentence() -> None:
    app = works(visit("optimizers", f"section=race&seeds=16&optimizers={'~'.join(OPTIMIZERS)}"))
    assert any("networks" in sentence for sentence in sentences(app))


def test_the_number_of_updates_an_epoch_is_told_with_its_numbers() -> None:
    app = works(visit("optimizers", "section=race&seeds=2"))
    told = " ".join(element.value for element in app.markdown)
    assert r"\tfrac{560}{64}" in told
    assert "= 9" in told


def test_the_cost_table_has_every_optimizer_measured() -> None:
    app = works(visit("optimizers", "section=cost&parameters=1000000000"))
    table = app.dataframe[0].value
    assert len(table) == len(OPTIMIZERS)
    adam = table[table.iloc[:, 0] == "Adam"].iloc[0]
    assert adam.iloc[2] == pytest.approx(8, abs=0.01)
    assert "8 GB" in adam.iloc[4]


def test_a_race_ignores_the_rate_and_the_optimizer_of_the_base() -> None:
    view = OptimView()
    other = view.with_("base.learning_rate", 0.1).with_("base.optimizer", "lion")
    assert view.race().key == other.race().key
    assert view.race().key != view.with_("base.batch_size", 32).race().key


def test_every_scene_is_a_link_that_the_page_writes_itself() -> None:
    for scene in scenes("optimizers"):
        own = {name: value for name, value in scene.settings.items() if name != "section"}
        view, problems = OptimView.read(own)
        assert not problems, problems
        again, _ = OptimView.read(view.flat())
        assert again == view


@pytest.mark.parametrize(
    ("residual", "found"), [(0.001, 1.0), (0.001, None), (0.2, 0.0), (0.2, None)]
)
def test_how_sure_the_top_eigenvalue_is_stands_on_the_page(residual, found) -> None:
    """Also of a landscape of the first revision, which did not tell what ran out."""

    def page(facts: dict[str, float]) -> None:
        from dashboard.optimizers.sharp import how_sure

        how_sure(facts)

    facts = {"top_eigenvalue": 1.5, "residual": residual, "products": 41.0}
    if found is not None:
        facts["found"] = found
    app = works(AppTest.from_function(page, args=(facts,)).run())
    if residual < 0.1:
        assert "within 0.001 of λ = 1.5" in app.caption[0].value and not app.warning
    else:
        assert "was not found within 41 products" in app.warning[0].value


def test_a_race_says_which_settings_do_not_go_together() -> None:
    link = "section=race&base.layers.activation=selu&base.layers.dropout=0.5&seeds=3"
    app = works(visit("optimizers", link))
    assert any("alpha dropout" in caption.value for caption in app.caption)
    app = works(visit("optimizers", "section=race&seeds=3"))
    assert not any("alpha dropout" in caption.value for caption in app.caption)


def test_a_typed_formula_is_walked_and_a_wrong_one_says_where() -> None:
    link = {"section": "surfaces", "surface": "own", "steps": "20"}
    app = works(visit("optimizers", link | {"surface.formula": "x^2 + 3*max(x, y)^2"}))
    assert not sentences(app)
    box = app.text_input(key="optim_surface.formula")
    assert box.value == "x^2 + 3*max(x, y)^2"
    works(box.set_value("x^2 + q").run())
    assert any("q at character 7" in sentence for sentence in sentences(app))
    assert app.query_params["surface.formula"] in ("x^2 + 3*max(x, y)^2", ["x^2 + 3*max(x, y)^2"])


@pytest.mark.parametrize("loss", ["w^4 - 3*w^2 + w", "1/w", "log(w)", "5", "9^9^9^w", "sqrt(w)"])
def test_a_typed_loss_of_one_weight_is_drawn_and_said(loss: str) -> None:
    app = works(visit("optimizers", {"section": "weight", "weight.loss": loss}))
    assert any("w = " in e.value for e in (*app.success, *app.error, *app.info) if e.value)
    assert not app.warning


def test_a_schedule_that_does_not_exist_is_refused_in_a_sentence() -> None:
    app = works(visit("optimizers", "section=schedules&compare=foo~bar&seeds=3"))
    (said,) = sentences(app)
    assert "foo" in said
    assert "Cosine" in app.multiselect(key="optim_compare").options


def test_a_schedule_with_other_knobs_is_composed_and_trains_beside_itself() -> None:
    start = "section=schedules&seeds=3&compare=constant~warmup:share=0.05&base.schedule=warmup"
    app = works(visit("optimizers", f"{start}&base.schedule.share=0.2"))
    assert not sentences(app)
    app.button(key="optim_compare_too").click().run()
    works(app)
    assert app.query_params["compare"] == "constant~warmup:share=0.05~warmup:share=0.2"
    assert app.button(key="optim_compare_too").disabled, "it is compared already"
    view, _ = OptimView.read(dict(app.query_params.items()) | {"seeds": "1"})
    shares = [config.schedule.get("share") for config in view.by_schedule().variants()[1:]]
    assert shares == [0.05, 0.2]


@pytest.mark.parametrize(
    ("query", "word"), [("compare=cosine&seeds=2", "One schedule alone"), ("seeds=1", "one seed")]
)
def test_schedules_without_a_verdict_say_why(query: str, word: str) -> None:
    view, _ = OptimView.read({"base.epochs": "1", **dict(parse_qsl(query))})
    work = view.by_schedule()
    store().begin(work)
    store().set(work.key, state="done", step=9, steps=9)
    for step in (0, 9):
        values = {f"validation_loss:{i}": 0.5 + i for i in range(len(work.variants()))}
        store().append(work.key, [(step, values)], [], step)
    try:
        app = works(visit("optimizers", f"section=schedules&base.epochs=1&{query}"))
        assert any(word in caption.value for caption in app.caption)
    finally:
        store().delete(work.key)


def test_a_walk_says_where_it_arrived_or_which_minimum_is_the_nearest() -> None:
    for steps, word in ((400, "arrived at (1, 1)"), (1, "not yet; nearest (1, 1)")):
        query = f"{WALKS}surface=bowl&optimizers=adam&steps={steps}"
        ends = works(visit("optimizers", query)).table[0].value
        (x1, x2) = SURFACES["bowl"]().minima[0]
        assert ends.iloc[0, -1] == word.replace("(1, 1)", f"({x1:.3g}, {x2:.3g})")


@pytest.mark.parametrize(
    ("query", "drawn"), [("weight.steps=40&weight.learning_rate=0.26", None), ("weight.x=10", 1)]
)
def test_steps_that_leave_the_picture_are_said_to(query: str, drawn: int | None) -> None:
    rate = "" if drawn is None else "&weight.learning_rate=1"
    app = works(visit("optimizers", f"section=weight&{query}{rate}"))
    (said,) = [caption.value for caption in app.caption if "Drawn up to step" in caption.value]
    if drawn is not None:
        assert f"step {drawn} of" in said, "the first jump is drawn, however far it goes"


def test_maps_say_what_counts_as_arrived_and_quick_ones_start_unasked() -> None:
    app = works(visit("optimizers", "section=basins&map=rates&tolerance=0.2"))
    assert any("no farther than 0.2" in caption.value for caption in app.caption)
    app = works(visit("optimizers", "section=basins&side=20&most=50&seed=12"))
    assert not [info.value for info in app.info if "press Start" in info.value]
    app = works(visit("optimizers", "section=basins&side=300&most=5000"))
    assert [info.value for info in app.info if "press Start" in info.value]


@pytest.mark.parametrize(
    ("page", "query"),
    [("optimizers", f"section={name}") for name in ("weight", "surfaces", "cost")]
    + [("optimizers", "section=basins&map=rates")]
    + [("activations", f"section={name}") for name in ("gallery", "neuron")],
)
def test_pictures_without_a_run_are_shared_and_taken_along_too(page: str, query: str) -> None:
    app = works(visit(page, query))
    (button,) = [one for one in app.get("download_button") if "csv" in one.proto.id]
    assert button
    assert app.code, "the link that opens this"


def test_a_pair_of_rate_and_momentum_is_told_by_direction_and_walked() -> None:
    bowl = "section=basins&map=rates&land=bowl&land.condition=100"
    app = works(visit("optimizers", f"{bowl}&pair=0.005~0.5&ground=theory"))
    assert not sentences(app)
    assert any("median of updates measured" in caption.value for caption in app.caption)
    works(app.button(key="optim_pair_walk").click().run())
    items = {name: text for name, text in app.query_params.items() if name != "section"}
    view, _ = OptimView.read(items)
    assert app.query_params.get("section", "surfaces") == "surfaces"
    walker = (view.optimizers, view.rates.get("momentum"), view.rules.get("momentum.momentum"))
    assert walker == (("momentum",), 0.005, 0.5)
    assert view.surface == SURFACES["bowl"](condition=100.0)
    for query in ("land=rosenbrock&map=rates", "land=bowl&map=rates&mover=adam"):
        assert "optim_pair_walk" not in str(works(visit("optimizers", f"section=basins&{query}")))
    assert sentences(works(visit("optimizers", f"{bowl}&pair=0.005~1.5")))


@pytest.mark.parametrize(
    ("mover", "dead", "alive"), [("momentum", "momentum", None), ("adam", "beta1", "beta2")]
)
def test_no_knob_of_the_map_is_dead(mover: str, dead: str, alive: str | None) -> None:
    app = works(visit("optimizers", f"section=basins&map=rates&mover={mover}"))
    keys = {one.key for one in (*app.slider, *app.select_slider)}
    assert f"optim_mover.{dead}" not in keys
    assert alive is None or f"optim_mover.{alive}" in keys


def test_the_edge_of_stability_is_there_at_once() -> None:
    app = works(visit("optimizers", "section=edge"))
    told = [element.value for element in app.markdown if "2/η" in element.value]
    assert any("the sharpness reaches 2/η = 20 at update" in text for text in told)
    assert any("largest eigenvalue differs" in element.value for element in app.caption)
    app = works(visit("optimizers", "section=edge&edge.rates=0.5~1e-9"))
    assert any("Learning rates" in sentence or "1e-09" in sentence for sentence in sentences(app))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("norm", ["l2", "l1", "linf"])
def test_the_best_step_is_told_on_every_surface(surface: str, norm: str) -> None:
    app = works(visit("optimizers", f"section=why&why.surface={surface}&why.norm={norm}"))
    assert not sentences(app)
    assert app.table[0].value.shape == (6, 4)
    said = [element.value for element in app.markdown]
    assert any("Lagrange's condition" in text for text in said)
    assert any("100,000 steps all round" in element.value for element in app.caption)


@pytest.mark.parametrize(
    ("query", "flat", "refused"),
    [
        ("why.surface=bowl&why.point=0~0", True, 0),
        ("why.surface=own&why.surface.formula=sqrt(x)&why.point=-1~0", True, 0),
        ("why.length=0.001", False, 0),
        ("why.length=10&why.point=900~-900", False, 0),
        ("why.length=11", False, 1),
        ("why.point=1", False, 1),
        ("why.norm=l3", False, 1),
    ],
)
def test_first_order_at_its_ends(query: str, flat: bool, refused: int) -> None:
    app = works(visit("optimizers", f"section=why&{query}"))
    assert len(sentences(app)) == refused
    assert any("no slope here" in element.value for element in app.info) == flat
