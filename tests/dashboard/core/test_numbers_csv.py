"""What is drawn without a run can be taken along as numbers, each as it was computed."""

import csv
import io
from contextlib import nullcontext

import numpy as np

from dashboard.core import export


def test_a_table_of_numbers_reads_back_as_it_was(monkeypatch):
    made = []
    monkeypatch.setattr(export.st, "popover", lambda *a, **k: nullcontext())
    monkeypatch.setattr(export.st, "caption", lambda *a: None)
    monkeypatch.setattr(
        export.st, "download_button", lambda _, data, name, *a, **k: made.append((data, name))
    )
    values = np.array([0.1, 1 / 3, np.nan, 1e-12])
    export.numbers("walks", "k", lambda: {"x1": values, "=name": ["a", "=b", "c", "d"]})
    ((data, name),) = made
    header, *rows = csv.reader(io.StringIO(data().decode()))
    assert (name, header) == ("walks-k.csv", ["x1", "'=name"])
    assert np.array_equal([float(row[0]) for row in rows], values, equal_nan=True)
    assert rows[1][1] == "'=b", "no spreadsheet runs it"
