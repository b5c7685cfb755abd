"""What is touched is also typed; what is no points is one sentence, and loses nothing."""

import pytest

from dashboard.core.touch import rows_of, within
from engine.data import DataError
from engine.data.own_points import MOST, OwnPoints
from tests.pages.app import sentences, touched, visit, works

LINK = "data=own_points&data.points=-100!0!0~100!0!1~-120!20!0~120!20!1"


def test_points_can_be_typed_and_stay_in_the_link() -> None:
    app = works(visit("training", LINK))
    area = app.text_area(key="training_points_typed")
    assert area.value == "-1 0 0; 1 0 1; -1.2 0.2 0; 1.2 0.2 1"
    works(area.set_value("-1 0 0; 1 0 1; 0.5, 2.75, 2\n−1 −1 3").run())
    assert app.query_params["data.points"] in (
        "-100!0!0~100!0!1~50!275!2~-100!-100!3", ["-100!0!0~100!0!1~50!275!2~-100!-100!3"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1 2", "Group 1, 1 2, is not 3 numbers"), ("1 0 0; a b c", "Group 2, a b c"),
        ("1 0 nan", "is not 3 numbers"), ("0 0 0;" * 10_000, "10,000 groups"),
        ("__import__('os')", "Group 1"),
    ],
)  # fmt: skip
def test_what_is_no_points_is_said_and_changes_nothing(typed: str, says: str) -> None:
    app = works(visit("training", LINK))
    before = app.query_params["data.points"]
    works(app.text_area(key="training_points_typed").set_value(typed).run())
    assert any(says in sentence for sentence in sentences(app))
    assert app.query_params["data.points"] == before


def test_ten_thousand_points_in_a_link_are_refused_in_a_sentence() -> None:
    app = works(visit("training", f"data=own_points&data.points={'~'.join(['1!1!0'] * 10_000)}"))
    assert any("points" in sentence for sentence in sentences(app))


def test_points_of_one_class_say_what_is_missing() -> None:
    app = works(visit("training", "data=own_points&data.points=" + "~".join(["1!1!0"] * 20)))
    assert any("at least two classes" in sentence for sentence in sentences(app))


def test_points_are_data_at_once() -> None:
    data = OwnPoints(points=((-100, 0, 0), (100, 50, 2))).load(0)
    assert data.x.tolist() == [[-1, 0], [1, 0.5]] and data.y.tolist() == [0, 2]
    assert len(data.classes) == 3 and MOST >= 400


def test_numbers_are_kept_within_their_span() -> None:
    assert [within(v, (-1, 1)) for v in (-9, 0.5, float("nan"), float("inf"))] == [-1, 0.5, 0, 0]
    assert rows_of("1 2; 3 4", 2, 5) == [[1, 2], [3, 4]] and rows_of("", 3, 5) == []


def test_a_drawing_too_large_for_a_link_is_kept_under_its_content(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    app = works(visit("training", LINK))
    typed = "; ".join(f"{(i % 50) / 20 - 1} {i / 1000} {i % 2}" for i in range(1000))
    works(app.text_area(key="training_points_typed").set_value(typed).run())
    (kept,) = {str(app.query_params["data.kept"]).strip("[']")}
    assert len(kept) == 16 and len(str(app.query_params.get("data.points", ""))) < 20
    again = works(visit("training", again_of(kept)))
    assert not sentences(again)
    assert len(OwnPoints(kept=kept).load(0).x) == 1000
    assert touched(again)["training_points"]["value"][999] == [1.45, 1.0, 1]
    assert any(
        "not on this machine" in s for s in sentences(works(visit("training", again_of("0" * 16))))
    )
    assert sentences(works(visit("training", again_of("../../etc"))))
    (tmp_path / "drawn" / f"{'1' * 16}.json").write_text("[[0, 0")
    with pytest.raises(DataError, match="damaged"):
        OwnPoints(kept="1" * 16).load(0)


def again_of(kept: str) -> dict[str, str | list[str]]:
    return {"data": "own_points", "data.kept": kept}
