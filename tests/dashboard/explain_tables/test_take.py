"""Can a table that somebody brought do harm to the spreadsheet that opens what is taken away?"""

import csv
import io

import numpy as np
import pytest

from dashboard.core.export import STARTS, harmless, history_csv
from dashboard.explain_tables.all_rows import values_csv
from dashboard.runs.table import table_csv
from engine.topics.explain_tables.models import TableModel, fitted
from engine.topics.explain_tables.tables.uploaded_tables import keep

EVIL = ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1"]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def assert_harmless(text: str) -> None:
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert cells
    assert not [c for c in cells if c.startswith(STARTS) and not is_number(c)]


def test_values_of_a_brought_table_hold_no_formulas():
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([EVIL[0], EVIL[4], "price"])
    writer.writerows([EVIL[i % 5], i % 7, i % 11 - 5] for i in range(80))
    own = TableModel(csv=keep(out.getvalue().encode())).with_("predictor", "linear")
    model = fitted(own.with_("target", 2))
    rows = np.arange(30)
    arrays = {"rows": rows, "values": np.full((30, 2), -0.5), "answers": -rows / 2}
    text = values_csv(model, arrays)
    assert "calc" in text and "HYPERLINK" in text  # nothing is hidden, nothing is run
    assert_harmless(text)


@pytest.mark.parametrize("evil", EVIL)
def test_names_and_notes_hold_no_formulas(evil):
    assert str(harmless(evil)).startswith("'")
    assert_harmless(table_csv([{"note": evil, "seconds": -1.0}]))
    assert_harmless(history_csv({evil: (np.array([0]), np.array([-1.5]))}))
