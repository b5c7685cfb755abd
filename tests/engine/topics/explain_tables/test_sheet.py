"""Is every file either understood or refused in one sentence?"""

import time
from contextlib import suppress

import numpy as np
import pytest

from engine.topics.explain_tables.models import TableModel, fitted, learnable
from engine.topics.explain_tables.tables import uploaded_tables
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.data import table_from
from engine.topics.explain_tables.tables.sheet import MOST_BYTES, read_sheet
from engine.topics.explain_tables.tables.upload import data_of

ROWS = 40


def lines(*columns: str, delimiter: str = ",", rows: int = ROWS, head: str = "") -> str:
    """A file whose cells are the formats filled with the row's number."""
    first = head or delimiter.join(f"c{i}" for i in range(len(columns)))
    body = [delimiter.join(c.format(i=i, k=i % 3, w="abc"[i % 3]) for c in columns)
            for i in range(rows)]  # fmt: skip
    return "\n".join([first, *body])


PLAIN = lines("{i}", "{w}", "{k}")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_delimiter_and_encoding_is_read_alike(delimiter: str, encoding: str):
    head = delimiter.join(("größe", "wort", "ziel"))
    text = lines("{i}.5", "{w}é", "{k}", delimiter=delimiter, head=head)
    sheet = read_sheet(text.encode(encoding))
    assert [c.name for c in sheet.columns] == ["größe", "wort", "ziel"]
    assert sheet.columns[0].values[:3].tolist() == [0.5, 1.5, 2.5]
    assert sheet.columns[1].names == ("aé", "bé", "cé")
    assert sheet.columns[1].values[:4].tolist() == [0, 1, 2, 0]
    assert not sheet.said


def test_numbers_are_read_as_people_write_them():
    cells = ["1.234,5", "1,234.5", "12,5", "7 %", "1e-3", "−2", "+3", " 4 "]
    text = "x;y\n" + "\n".join(f'"{cells[i % 8]}";{i}' for i in range(24))
    values = read_sheet(text.encode()).columns[0].values[:8].tolist()
    assert values == [1234.5, 1234.5, 12.5, 7, 0.001, -2, 3, 4]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a,b\n", "0 rows"),
        (b"a,b\n1,2\n", "1 row of"),
        (b"only\n" + b"1\n" * 50, "Only one column"),
        (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1,2\n", "10,000 columns"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a text file"),
        (b"a,b\n" + b"1,1\n" * 40, "Fewer than two columns"),
        (b"a,b\n" + b",\n" * 40, "empty|0 rows"),
        (b"x" * (10 * 2**20 + 1), "10.0 MB"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n' * 40, "cannot be read|rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes, says: str):
    with pytest.raises(CsvError) as caught:
        read_sheet(content)
    text = str(caught.value)
    assert any(part in text for part in says.split("|")), text
    assert len(text) < 300 and "\n" not in text


def test_what_is_left_out_or_changed_is_said():
    head = "same,nothing,a,a,,word,id,when"
    text = lines("5", "", "{i}", "{k}", "={i}+1", "{w}", "u{i}x", "", head=head)
    said = " ".join(read_sheet(text.encode()).said)
    for part in ("same has the same value", "nothing has no value", "same name were numbered",
                 "begin with =", "id is text that differs"):  # fmt: skip
        assert part in said, part
    names = [c.name for c in read_sheet(text.encode()).columns]
    assert names == ["a", "a (2)", "word"]


def test_missing_values_are_filled_and_it_is_said():
    text = lines("{i}", "{w}", "{k}")
    rows = text.split("\n")
    rows[5] = ",b,1"  # 4 is missing
    rows[7] = "6,?,0"
    rows[9] = "8,c,NA"  # no target
    data, said = data_of(read_sheet("\n".join(rows).encode()), -1)
    assert len(data.y) == ROWS - 1
    kept = [i for i in range(ROWS) if i not in (4, 8)]
    assert data.x[4, 0] == np.median(kept)
    assert data.codes["c1"] == ("a", "b", "c", "missing") and data.x[6, 1] == 3
    assert "1 row without a value of c2" in " ".join(said) and "c0 (2.6%)" in " ".join(said)


def test_one_word_among_gaps_is_no_column_of_numbers():
    text = "x,y,z\n" + "\n".join(f"{'word' if i == 5 else ''},{i},{i % 2}" for i in range(80))
    sheet = read_sheet(text.encode())
    assert [c.name for c in sheet.columns] == ["y", "z"]
    assert "x has the same value wherever it is known" in " ".join(sheet.said)


def test_rare_values_of_a_category_become_other():
    text = "x,word,y\n" + "\n".join(f"{i},w{i % 20},{i % 2}" for i in range(200))
    word = read_sheet(text.encode()).columns[1]
    assert len(word.names) == 13 and word.names[-1] == "other"
    assert ((word.values == 12).mean()) == pytest.approx(8 / 20)


def test_a_target_of_one_class_is_refused_and_of_few_rows_too():
    sheet = read_sheet(PLAIN.encode())
    with pytest.raises(CsvError, match="no column 9"):
        data_of(sheet, 9)
    text = "x,y,z\n" + "\n".join(f"{i},{'a' if i < 38 else 'b'},{i % 5}" for i in range(40))
    with pytest.raises(CsvError, match="class of 2 rows"):
        data_of(read_sheet(text.encode()), 1)
    gone = "x,y\n" + "\n".join(f"{i},{'a' if i < 30 else '' if i < 38 else 'a'}" for i in range(40))
    with pytest.raises(CsvError, match="Fewer than two columns"):
        read_sheet(gone.encode())


def test_a_number_of_many_values_is_a_regression_and_of_few_a_classification():
    sheet = read_sheet(PLAIN.encode())
    by_class, _ = data_of(sheet, 2)
    assert by_class.classes == ("c2 = 0", "c2 = 1", "c2 = 2")
    number, _ = data_of(sheet, 0)
    assert number.classes == () and number.y.shape == (ROWS, 1)
    words, _ = data_of(sheet, 1)
    assert words.classes == ("a", "b", "c")


@pytest.mark.parametrize("start", "=+-@")
def test_no_name_is_a_formula_to_a_spreadsheet(start: str):
    head = f"{start}cmd,word,y"
    text = lines("{i}", f"{start}{{w}}", "{k}", head=head)
    sheet = read_sheet(text.encode())
    assert sheet.columns[0].name == f"'{start}cmd"
    assert sheet.columns[1].names[0] == f"'{start}a"
    names = [c.name for c in read_sheet(b"<b>x</b>\x07,y\n" + b"1,2\n3,4\n" * 20).columns]
    assert names == ["bx/b", "y"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    uploaded_tables.sheet_of.cache_clear()
    return tmp_path


def test_a_kept_table_is_found_by_its_content_and_learned_from(folder):
    text = "x,kind,y\n" + "\n".join(
        f"{i % 7},{'ab'[i % 2]},{'yes' if (i % 7 > 3) != (i % 2) else 'no'}" for i in range(120)
    )
    name = uploaded_tables.keep(text.encode())
    assert (
        name == uploaded_tables.keep(text.encode()) and len(list(folder.glob("tables/*.csv"))) == 1
    )
    config = learnable(name).with_("predictor", {"id": "trees", "trees": 30})
    model = fitted(config)
    assert model.features == ("x", "kind") and model.table.classes == ("no", "yes")
    rows = model.table.held_out
    right = model.probabilities(model.table.x[rows]).argmax(1) == model.table.y[rows]
    assert right.mean() > 0.9
    assert TableModel.read(config.flat())[0] == config


def test_a_table_whose_last_column_cannot_be_learned_offers_the_one_before(folder):
    rows = "\n".join(f"{i % 2},{i % 3},{'n' if i == 5 else 'w'}" for i in range(60))
    config = learnable(uploaded_tables.keep(f"y,x,last\n{rows}".encode()))
    assert config.target == 1 and config.table().target == "x"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 16, "A" * 16])
def test_a_name_that_is_none_opens_no_file(folder, name: str):
    with pytest.raises(CsvError):
        uploaded_tables.sheet_of(name)


def test_old_files_make_room(folder, monkeypatch):
    monkeypatch.setattr(uploaded_tables.KEPT, "most", 3 * len(PLAIN))
    for i in range(6):
        uploaded_tables.keep((PLAIN + f"\n{i},a,1").encode())
    assert 1 <= len(list(folder.glob("tables/*.csv"))) <= 3


def test_rows_of_another_length_are_told_where_too_few_are_left():
    text = "a,b,c\n" + "\n".join("1,2" if i % 3 else f"{i},2,3" for i in range(30))
    with pytest.raises(CsvError, match=r"10 rows of values.*20 rows had more or fewer cells"):
        read_sheet(text.encode())


def test_files_that_were_not_brought_here_are_never_pruned(folder, monkeypatch):
    own = folder / "tables" / "my measurements.csv"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("precious")
    monkeypatch.setattr(uploaded_tables.KEPT, "most", 1)
    kept = [uploaded_tables.keep((PLAIN + f"\n{i},a,1").encode()) for i in range(3)]
    assert {file.stem for file in own.parent.glob("*.csv")} == {own.stem, kept[-1]}


def rare(values: dict[str, int]) -> str:
    cells = [cell for cell, count in values.items() for _ in range(count)]
    return "x,y\n" + "\n".join(f"{i},{cell}" for i, cell in enumerate(cells))


def test_a_rare_class_among_numbers_is_told_and_chosen():
    sheet = read_sheet(rare({"0": 60, "1": 59, "2": 1}).encode())
    data, said = data_of(sheet, -1)
    assert data.classes == () and len(data.y) == 120
    assert "y is predicted as a number, and not as one of 3 classes: 2 has 1 row" in said[-1]
    data, said = data_of(sheet, -1, "classes")
    assert data.classes == ("y = 0", "y = 1") and data.y.bincount().tolist() == [60, 59]
    assert len(data.x) == 119 and "1 row of rare classes of y left out" in said[-1]
    data, said = data_of(sheet, -1, "number")
    assert data.classes == () and len(data.y) == 120
    assert not any("predicted" in sentence or "rare" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"0": 30, "1": 30}, "2 different numbers: each is predicted as a class"),
        ({str(i): 20 for i in range(11)}, "not as one of 11 classes: 10 are the most"),
    ],
)
def test_what_numbers_are_taken_for_is_said(values: dict[str, int], says: str):
    assert says in data_of(read_sheet(rare(values).encode()), -1)[1][-1]


def test_two_numbers_of_which_one_is_rare_can_be_a_number():
    sheet = read_sheet(rare({"0": 60, "1": 3}).encode())
    with pytest.raises(CsvError, match="class of 3 rows"):
        data_of(sheet, -1)
    with pytest.raises(CsvError, match="Fewer than two classes"):
        data_of(sheet, -1, "classes")
    assert data_of(sheet, -1, "number")[0].classes == ()


def test_of_many_classes_the_commonest_are_learned():
    sheet = read_sheet(rare({f"w{i:02}": 8 + i for i in range(12)}).encode())
    with pytest.raises(CsvError, match="10 classes are the most"):
        data_of(sheet, -1)
    data, said = data_of(sheet, -1, "classes")
    assert data.classes == tuple(f"w{i:02}" for i in range(2, 12))
    assert "17 rows of rare classes" in said[-1]
    with pytest.raises(CsvError, match="is text"):
        data_of(sheet, -1, "number")


def test_a_link_without_a_task_means_what_it_did(folder):
    name = uploaded_tables.keep(rare({"0": 60, "1": 59, "2": 1}).encode())
    config = TableModel(csv=name)
    assert "task" not in config.flat() and config.table().classes == ()
    chosen = config.with_("task", "classes")
    assert chosen.key != config.key and TableModel.read(chosen.flat()) == (chosen, [])
    assert chosen.table().classes == ("y = 0", "y = 1")


LONG = {  # the beginning of a file of 10 MB, and what it goes on with
    "short rows": (b"a,b\n", b"1,2\n"),
    "rows of one cell": (b"a,b\n", b"1\n"),
    "empty lines above": (b"", b"\n"),
    "separators above": (b"", b",;\r\n"),
    "comments above": (b"", b"# x\n"),
    "comments below": (b"a,b\n", b"#\n"),
    "cells of two lines": (b"a,b\n", b'"x\ny",1\n'),
    "thousands": (b"a;b\n", b'"1,200,300";"1.200"\n'),
    "one long line": (b"a,b\n1,", b"9"),
    "an open quotation mark": (b'a,b\n"', b"x\n"),
    "many columns": (b"a", b",a"),
}


@pytest.mark.parametrize("shape", LONG)
def test_no_file_of_10_mb_takes_long_out_of_proportion(shape: str) -> None:
    begin, more = LONG[shape]
    content = begin + more * ((MOST_BYTES - len(begin)) // len(more))
    begun = time.process_time()
    content.decode().split("\n")
    [line.strip() for line in [more.decode()] * 1_000_000]
    least = time.process_time() - begun
    begun = time.process_time()
    with suppress(CsvError):
        read_sheet(content)
    assert time.process_time() - begun < 100 * least, "the yardstick takes about 0.1 s"


@pytest.mark.parametrize(("odd", "every"), [("n/a?", 33), ("unknown", 10), ("-", 7)])
def test_mostly_numbers_are_numbers_and_the_odd_cells_are_shown(odd: str, every: int):
    """Up to a quarter of the cells; as categories so many values would be lost."""
    body = [f"{odd if i % every == 3 else 20 + i % 53},{'ab'[i % 2]},{i % 3}" for i in range(200)]
    sheet = read_sheet("\n".join(["age,word,y", *body]).encode())
    age = sheet.columns[0]
    assert age.name == "age" and not age.names
    assert np.isnan(age.values).sum() == sum(i % every == 3 for i in range(200))
    said = " ".join(sheet.said)
    assert (f"“{odd}”" in said) == (odd != "-"), "a dash is a gap that everybody knows"


def test_few_numbers_with_a_word_among_them_are_categories():
    body = [f"{'unknown' if i % 9 == 0 else i % 4},{i},{i % 3}" for i in range(90)]
    column = read_sheet("\n".join(["rooms,x,y", *body]).encode()).columns[0]
    assert column.names == ("0", "1", "2", "3", "unknown")


def test_half_words_are_no_column_of_numbers():
    body = [f"{'w' + str(i % 5) if i % 2 else i},{i % 7},{i % 3}" for i in range(90)]
    sheet = read_sheet("\n".join(["code,x,y", *body]).encode())
    assert "code" not in [column.name for column in sheet.columns if not column.names]


def test_what_nobody_measured_is_marked_row_by_row():
    body = [
        f"{'' if i % 4 == 1 else i},{'' if i % 5 == 0 else 'abc'[i % 3]},{i % 2}" for i in range(80)
    ]
    data, said = data_of(read_sheet("\n".join(["age,word,y", *body]).encode()), -1)
    assert data.filled[:, 0].tolist() == [i % 4 == 1 for i in range(80)]
    assert not data.filled[:, 1].any(), "a missing category has a name of its own"
    table = table_from(data, 0, "t", said)
    assert not table.measured(1, 0) and table.measured(0, 0)
    assert table.without((0,)).measured(1, 0)
