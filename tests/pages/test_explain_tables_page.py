"""The Explain tables page: every table, model, picture and trap, wrong links, and files."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from dashboard.core.runtime import jobs
from dashboard.explain_tables.explanation import asked, labels
from dashboard.explain_tables.view import TablesView
from engine.config import bounds
from engine.runs.work import Work
from engine.topics.explain_tables.pitfalls.fraud_case import FraudCase
from engine.topics.explain_tables.predictors import PREDICTORS
from engine.topics.explain_tables.tables import uploaded_tables
from tests.pages.app import refused, sentences, visit, works

PICTURES = ("beeswarm", "bars", "dependence", "heat", "decision")
SMALL = {"rows": 20, "background": 5, "repeats": 1, "model.data": "wine"}
CLOSED = {
    name: bounds(field)
    for name, field in TablesView().knobs().items()
    if name.split(".")[0] in ("screening", "correlated", "proxy", "threshold", "miss", "outlier")
    and not name.endswith("seed")
}


def computed(config: Work) -> None:
    jobs().submit(config)
    run = jobs().wait(config.key, 120)
    assert run and run.state == "done", run


def open_at(**items: object):
    return works(visit("explain_tables", urlencode(items)))


@pytest.mark.parametrize(
    ("table", "predictor"),
    [
        ("card_fraud", "mlp"),
        ("breast_cancer", "trees"),
        ("diabetes", "mlp"),
        *(("wine", predictor) for predictor in PREDICTORS),
    ],
)
def test_every_model_is_measured_beside_the_others(table: str, predictor: str) -> None:
    app = open_at(**{"model.data": table, "model.predictor": predictor})
    assert not sentences(app)
    assert len(app.table) == 1 and len(app.table[0].value) == 4


def test_always_healthy_is_right_in_99_of_100() -> None:
    app = open_at(scores="screening", threshold=1)
    table = app.table[0].value.set_index("Model")
    assert set(table["Accuracy"]) == {"0.990"} and set(table["Recall"]) == {"0.000"}
    assert list(table.index) == ["Test B", "Test A", "Always healthy"]


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", CLOSED)
def test_a_number_at_the_end_of_its_range_is_taken(name: str, end: int) -> None:
    where = {
        "screening": {"scores": "screening"},
        "correlated": {"section": "misleads", "trap": "correlated"},
        "proxy": {"section": "misleads", "trap": "proxy"},
        "outlier": {"model.data": "diabetes"},
    }.get(name.split(".")[0], {})
    assert not sentences(open_at(**where, **{name: CLOSED[name][end]}))


@pytest.fixture(scope="module")
def rows_explained() -> None:
    computed(TablesView.read({k: str(v) for k, v in SMALL.items()})[0].everyone)


@pytest.mark.usefixtures("rows_explained")
@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_of_all_rows_is_drawn(picture: str) -> None:
    app = open_at(section="all", picture=picture, **SMALL)
    assert not sentences(app)
    assert any("20 rows" in c.value for c in app.caption)


@pytest.mark.usefixtures("rows_explained")
def test_a_partner_that_is_the_column_itself_gives_way() -> None:
    items = {"section": "all", "picture": "dependence", **SMALL, "column": 3, "partner": 3}
    app = open_at(**items)
    (picked,) = [box for box in app.selectbox if (box.key or "").startswith("tables_partner")]
    assert picked.value == -1


@pytest.mark.parametrize("story", ["alarm", "why", "together", "cure"])
def test_every_step_of_the_case_is_told(story: str) -> None:
    config = FraudCase(payments=1000)
    computed(config)
    app = open_at(section="misleads", story=story, **{"case.payments": 1000})
    assert not sentences(app) and not app.info


def test_backgrounds_are_compared() -> None:
    items = {"section": "misleads", "trap": "background", "draws": 2, "model.data": "wine",
             "model.predictor": "linear", "row": 3}  # fmt: skip
    app = open_at(**items)
    from engine.topics.explain_tables.pitfalls.backgrounds import Backgrounds

    computed(Backgrounds(model={"data": "wine", "predictor": "linear"}, row=3, draws=2))
    works(app.run())
    assert not sentences(app) and sum("background" in c.value for c in app.caption) >= 1


@pytest.mark.parametrize(
    "query",
    [
        "section=nowhere",
        "model.data=moons",
        "model.predictor=forest",
        "threshold=2",
        "threshold=nan",
        "model.csv=0000000000000000",
        "model.csv=..%2F..%2Fetc",
        "model.task=guess",
        "model.left_out=0~1~2~3~4~5~6~7",
        "model.predictor.hidden=9999",
        "section=all&rows=1e9&background=1000",
        "section=misleads&trap=correlated&correlated.correlation=1",
        "trap=hole&section=misleads&case.payments=1000",
    ],
)
def test_a_wrong_link_is_refused_in_a_sentence_and_the_page_stays(query: str) -> None:
    app = works(visit("explain_tables", query))
    assert refused(app), f"{query} was taken without a word"


def test_a_row_beyond_the_table_is_the_last() -> None:
    app = open_at(**{"section": "one", "model.data": "wine", "row": 999_999})
    assert sentences(app) == ["This table has no row 999999: its last one, 177, is shown."]


FILES = {
    "nothing": (b"", "empty"),
    "one row": (b"a,b\n1,2\n", "1 row"),
    "one column": (b"a\n" + b"1\n" * 40, "Only one column"),
    "ten thousand columns": (b",".join(b"c%d" % i for i in range(10_000)), "10,000 columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(400), "not a text file"),
    "one class": (b"x,y\n" + b"1,a\n" * 40, "Fewer than two columns"),
}


def bring(content: bytes):
    app = works(visit("explain_tables", "model.data=wine&model.predictor=linear"))
    uploader = app.get("file_uploader")[0]
    uploader.upload("mine.csv", content, "text/csv") if hasattr(uploader, "upload") else (
        uploader.set_value(("mine.csv", content, "text/csv"))
    )
    return works(app.run())


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table_is_refused_and_the_page_stays(name: str) -> None:
    content, says = FILES[name]
    app = bring(content)
    assert any(says in text for text in sentences(app)), sentences(app)
    assert app.selectbox(key="tables_model.data").value == "wine"


def test_a_brought_table_is_learned_and_its_target_chosen() -> None:
    body = "\n".join(f"{i % 9},{'ab'[i % 2]},{i * 0.5},=1+{i % 3}" for i in range(90))
    app = bring(f"x,kind,price,=cmd\n{body}".encode())
    assert not sentences(app)
    name = app.query_params["model.csv"]
    key = f"tables_target_{name if isinstance(name, str) else name[0]}"
    assert app.selectbox(key=key).value == 3
    assert any("begin with" in c.value for c in app.caption)
    works(app.selectbox(key=key).set_value(2).run())
    assert not sentences(app)
    assert "MAE" in app.table[0].value.columns
    works(app.button(key="tables_back").click().run())
    assert app.selectbox(key="tables_model.data").value == "card_fraud"


def test_a_rare_class_is_told_and_what_it_makes_of_the_target_is_chosen() -> None:
    body = "\n".join(f"{i % 9},{i * 0.5},{2 if i == 5 else i % 2}" for i in range(90))
    app = bring(f"x,price,y\n{body}".encode())
    sentence = "y is predicted as a number, and not as one of 3 classes"
    assert any(sentence in c.value for c in app.caption) and "MAE" in app.table[0].value.columns
    name = app.query_params["model.csv"]
    key = f"tables_task_{name if isinstance(name, str) else name[0]}"
    works(app.selectbox(key=key).set_value("classes").run())
    assert any("1 row of rare classes of y left out" in c.value for c in app.caption)
    assert "MAE" not in app.table[0].value.columns


def test_that_another_column_is_the_target_is_said() -> None:
    body = "\n".join(f"{i % 9},{i % 2},{'n' if i == 5 else 'w'}" for i in range(90))
    app = bring(f"x,y,last\n{body}".encode())
    assert any("class of 1 rows" in s and "So y is the target" in s for s in sentences(app))


def test_the_fixture_files_stay_in_the_tests_folder(tmp_path: Path) -> None:
    from engine.data import data_folder

    assert "blindspot-tests" in str(data_folder())


def test_columns_are_left_out_until_the_sum_can_be_written_out() -> None:
    app = open_at(section="one", **{"model.data": "breast_cancer", "model.predictor": "linear"})
    key = "tables_left_out_-1_breast_cancer"
    assert not app.latex
    works(app.multiselect(key=key).set_value(list(range(16, 30))).run())
    assert not sentences(app) and app.latex
    everything = list(range(30))
    works(app.multiselect(key=key).set_value(everything).run())
    assert any("at least one column" in sentence for sentence in sentences(app))
    assert app.multiselect(key=key).value == list(range(16, 30))


SHIPPED = ["section=all", "section=all&model.data=breast_cancer&picture=heat", "section=right",
           "section=one", "section=misleads", "section=misleads&story=together",
           "section=misleads&trap=background"]  # fmt: skip


@pytest.mark.parametrize("query", SHIPPED)
def test_a_section_opens_on_a_result_that_comes_with_the_app(query: str) -> None:
    """Behind each other on one worker they took minutes, on a first visit to an empty picture."""
    app = works(visit("explain_tables", query))
    assert not jobs().active()
    said = " ".join(one.value for one in app.info)
    assert "computed" not in said and "yet" not in said
    ages = [one.value for one in app.caption if "Computed" in one.value]
    assert not any("minutes ago" in text for text in ages), "days are said in days"
    assert any("Compute" in one.label or "again" in one.label.lower() for one in app.button)


def brought(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link's name of a table that somebody brought."""
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    return uploaded_tables.keep(text.encode())


def test_a_value_that_nobody_measured_is_not_shown_as_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = [f"{'' if i % 4 == 0 else 20 + i % 47},{i % 5},{i % 2}" for i in range(120)]
    name = brought("\n".join(["age,x,y", *body]), tmp_path, monkeypatch)
    view, _ = TablesView.read({"model.csv": name, "model.predictor": "linear", "row": "0"})
    question, _ = asked(view)
    assert labels(question)[0].startswith("age missing (") and "assumed" in labels(question)[0]
    other, _ = asked(view.with_("row", 1))
    assert labels(other)[0] == "age = 21"
    app = works(
        visit("explain_tables", f"section=one&model.csv={name}&row=0&model.predictor=linear")
    )
    assert any("missing in the table" in one.label for one in app.slider)


def test_what_a_link_asks_of_a_table_and_cannot_have_is_said() -> None:
    app = works(visit("explain_tables", "section=one&what=0!99999999~1!2&row=999999"))
    said = " ".join(sentences(app))
    assert "0 = 1e+08" in said and "1 = 2" not in said
    assert "no row 999999" in said
