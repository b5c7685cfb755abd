"""Are the numbers of a column read by one convention, and is a choice between two told?"""

import numpy as np
import pytest

from engine.topics.explain_tables.tables.numbers import read_cell
from engine.topics.explain_tables.tables.sheet import read_sheet

NBSP, NARROW = "\u00a0", "\u202f"


def column(cells: list[str], delimiter: str = ",", other: str = "{i}"):
    """A file whose first column repeats the cells, in quotes; its first values, and what is
    said."""
    rows = [f'"{cells[i % len(cells)]}"{delimiter}"{other.format(i=i)}"' for i in range(60)]
    sheet = read_sheet(f"income{delimiter}y\n{chr(10).join(rows)}".encode())
    assert sheet.columns[0].name == "income" and not sheet.columns[0].names
    return sheet.columns[0].values[: len(cells)].tolist(), " ".join(sheet.said)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["950", "1,200", "2,350,000"], [950, 1200, 2_350_000]),
        (["950", "1.200", "2.350.000"], [950, 1200, 2_350_000]),
        (["950", "1 200", "2 350 000"], [950, 1200, 2_350_000]),
        (["950", f"1{NBSP}200", f"2{NARROW}350{NARROW}000"], [950, 1200, 2_350_000]),
        (["950", "1'200", "2’350’000"], [950, 1200, 2_350_000]),
        (["1,200.50", "2,350", "0.5"], [1200.5, 2350, 0.5]),
        (["1.200,50", "2.350", "0,5"], [1200.5, 2350, 0.5]),
        ([f"1{NARROW}200,50", "2,350", "0,5"], [1200.5, 2.35, 0.5]),
        (["1'200.50", "2.350", "5"], [1200.5, 2.35, 5]),
        (["12,34,567", "1,00,000", "5,000"], [1_234_567, 100_000, 5000]),
        (["0.950", "1.200", "2.350"], [0.95, 1.2, 2.35]),
        (["0,950", "1,200", "2,350"], [0.95, 1.2, 2.35]),
        (["1.2e3", "1.200", "-2.5E-1"], [1200, 1.2, -0.25]),
        (["1,2e3", "1,200", "-2,5E-1"], [1200, 1.2, -0.25]),
        (["$1,200.50", "-$5.00", "($2,350.00)"], [1200.5, -5, -2350]),
        (["1.200,50 €", "-5,00 €", "2.350,00-€"], [1200.5, -5, -2350]),
        (["CHF 1'200.50", "CHF 5.-", "CHF 7.--"], [1200.5, 5, 7]),
        (["R$ 1.200,50", "R$ 5", "R$ 2.350,00"], [1200.5, 5, 2350]),
        (["12 kr", "13 kr", "1 400 kr"], [12, 13, 1400]),
        (["7 %", "12.5%", "(3 %)"], [7, 12.5, -3]),
        (["(1,200)", "950", "1,234,567"], [-1200, 950, 1_234_567]),
        (["120-", "+5", " 7 "], [-120, 5, 7]),
        (["−2", "–3", "- 4"], [-2, -3, -4]),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_column_that_allows_one_reading_gets_it_and_nothing_is_said(delimiter, cells, values):
    assert column(cells, delimiter) == (values, "")


@pytest.mark.parametrize(
    ("cells", "delimiter", "values"),
    [
        (["950", "1,200", "2,350"], ",", [950, 1200, 2350]),
        (["950", "1,200", "2,350"], ";", [950, 1200, 2350]),
        (["950", "1.200", "2.350"], ";", [950, 1200, 2350]),
        (["1,125", "2,375", "3,625"], ",", [1125, 2375, 3625]),
        (["1,125", "2,375", "3,625"], ";", [1.125, 2.375, 3.625]),
        (["1.125", "2.375", "3.625"], ",", [1.125, 2.375, 3.625]),
        (["1200", "1.125", "2.375"], ";", [1200, 1.125, 2.375]),
        (["1200", "1,125", "2,375"], ";", [1200, 1.125, 2.375]),
        (["1200", "1,125", "2,375"], ",", [1200, 1125, 2375]),
    ],
)
def test_a_column_that_allows_both_says_which_was_taken(cells, delimiter, values):
    found, said = column(cells, delimiter)
    assert found == values
    first = next(i for i, cell in enumerate(cells) if len(cell) == 5)
    assert f"income can be read in two ways: {cells[first]} was taken for {values[first]:g}" in said


def test_other_columns_tell_how_decimals_are_marked():
    assert column(["950", "1,200"], ";", other="{i},5")[0] == [950, 1.2]
    assert column(["950", "1,200"], ";", other="{i}.5")[0] == [950, 1200]
    assert column(["950", "1.200"], ",", other="{i},5")[0] == [950, 1200]


def test_both_marks_in_a_column_are_told():
    values, said = column(["1.234,5", "1,234.5", "12,5", "3,5", "1.200"])
    assert values == [1234.5, 1234.5, 12.5, 3.5, 1200]
    assert "by points and by commas" in said and "1.200 was taken for 1200" in said


def test_percent_signs_in_some_cells_and_several_currencies_are_told():
    assert "percent signs in some cells only" in column(["5 %", "7", "9 %"])[1]
    assert "several currencies, $, €" in column(["$5", "€7", "$9"])[1]


@pytest.mark.parametrize(
    "text",
    ["", "-", "$", "1_000", "12:30", "01.02.2024", "192.168.1.1", "2024-01-05", "555-1234", "--5",
     "12 34", "1,2,3", "5 kg", "e5", "1e", "1e400", "inf", "1.2.3", "(", "()", "'"],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str):
    found = read_cell(text)
    assert found.point is None and found.comma is None


def test_thousands_set_apart_are_learned_as_what_they_are():
    """As in the report: y = 0.01 income, of a line an R² of 1."""
    income = np.arange(40) * 350 + 100
    text = "income,y\n" + "\n".join(f'"{v:,}",{0.01 * v:.2f}' for v in income)
    assert read_sheet(text.encode()).columns[0].values.tolist() == income.tolist()
