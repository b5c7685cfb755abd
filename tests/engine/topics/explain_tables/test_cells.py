"""Are the names of the columns found, whatever a program wrote above them?"""

import pytest

from engine.topics.explain_tables.tables.sheet import read_sheet

ROWS = 40


def table(delimiter: str = ";", end: str = "\n", tail: str = "") -> str:
    cells = [["size", "word", "y"], *([f"{i},5", "abc"[i % 3], str(i % 2)] for i in range(ROWS))]
    if delimiter == ",":
        cells = [[cell.replace(",", ".") for cell in row] for row in cells]
    return end.join(delimiter.join(row) + tail for row in cells)


def found(content: str | bytes):
    sheet = read_sheet(content.encode() if isinstance(content, str) else content)
    assert [c.name for c in sheet.columns] == ["size", "word", "y"], sheet.said
    assert sheet.columns[0].values.tolist() == [i + 0.5 for i in range(ROWS)]
    assert sheet.columns[1].names == ("a", "b", "c")
    return sheet.said


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\ufeffsep=;", "\n\nsep=;", "sep=;\n\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_line_that_tells_excel_the_delimiter_is_no_row(encoding, first, end):
    assert not found(f"{first}\n{table()}".replace("\n", end).encode(encoding))


@pytest.mark.parametrize("delimiter", [",", "\t", "|", "^", "~"])
def test_that_line_is_believed(delimiter: str):
    assert not found(f"sep={delimiter}\n{table(delimiter)}")


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("\n \n", 0),
        (";;\n", 0),
        ("Report\n", 1),
        ("Report;;\n", 1),
        ("Report of 2024; all shops\n\n", 1),
        ('"Sales; all shops"\nmade by a program\n;;\n', 2),
        ("# made by a program\n# on Monday; at noon; by hand; twice\n", 2),
        ("sep=;\n# made by a program\nReport;;\n\n", 2),
        ("\ufeff# made by a program\n", 1),
    ],
)
def test_lines_above_the_names_are_passed_over_and_counted(above: str, lines: int):
    said = " ".join(found(above + table()))
    assert (f"{lines} line" in said) == bool(lines) and "left out" not in said


@pytest.mark.parametrize("mark", ["#", "# ", "##"])
def test_names_in_a_comment_are_names(mark: str):
    assert not found(mark + table())
    assert "1 line above" in " ".join(found(f"# made by a program\n{mark}{table()}"))


def test_comments_among_the_rows_are_no_rows():
    text = table().replace("\n7,5", "\n# new batch\n7,5") + "\n# end"
    assert "2 comments" in " ".join(found(text))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_delimiter_at_the_end_of_every_line_makes_no_column(delimiter: str):
    assert not found(table(delimiter, tail=delimiter))
    head, rest = table(delimiter).split("\n", 1)
    body = "\n".join(line + 2 * delimiter for line in rest.split("\n"))
    assert not found(f"{head}\n{body}"), "or of every line but the first"


def test_the_end_of_a_file_in_dos_and_texts_forced_by_a_formula_are_read():
    assert not found(table() + "\n\x1a")
    text = "id,y,z\n" + "\n".join(f'="0{i}",{i % 2},{i % 3}' for i in range(ROWS))
    sheet = read_sheet(text.encode())
    assert sheet.columns[0].values.tolist() == list(range(ROWS)) and not sheet.said


def test_names_of_rows_need_no_name():
    text = "size,y\n" + "\n".join(f'"r{i % 3}",{i}.5,{i % 2}' for i in range(ROWS))
    assert [c.name for c in read_sheet(text.encode()).columns] == ["column 1", "size", "y"]


def test_what_excel_could_not_calculate_is_missing():
    text = table().replace("\n7,5", "\n#DIV/0!").replace("\n9,5", "\n#VALUE!")
    values = read_sheet(text.encode()).columns[0].values
    assert [i for i in range(ROWS) if values[i] != values[i]] == [7, 9]
