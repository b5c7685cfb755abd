"""A logarithmic axis has numbers along all of what is drawn, and no two on each other."""

import re

import numpy as np
import pytest

from dashboard.figures.curves import Line, curves
from dashboard.figures.decades import decades
from engine.paths import ROOT


def axis_of(*values):
    lines = [Line(str(i), np.arange(len(v)), np.array(v), i) for i, v in enumerate(values)]
    return curves("x", lines, per_epoch=1, title="loss", log=True).layout.yaxis


@pytest.mark.parametrize("low", [1e-30, 1e-12, 1e-3, 0.7, 5.0, 1e9])
@pytest.mark.parametrize("factor", [3.0, 50.0, 1e4, 1e12, 1e25])
def test_ticks_reach_from_end_to_end_and_can_be_read(low, factor):
    axis = axis_of([low, low * factor**0.5], [low * factor, np.nan, 0.0])
    ticks = np.log10(axis.tickvals)
    first, last = np.log10([low, low * factor])
    inside = ticks[(ticks >= first) & (ticks <= last)]
    reach = last - first
    assert axis.type == "log" and len(axis.ticktext) == len(ticks)
    assert 1 <= len(inside) <= 10 and np.diff(ticks).min() > reach / 15
    assert inside[0] - first < 0.6 * reach + 0.5 and last - inside[-1] < 0.6 * reach + 0.5
    assert all(len(text.replace("<sup>", "").replace("</sup>", "")) < 8 for text in axis.ticktext)


def test_a_narrow_range_and_none_at_all_are_left_to_plotly():
    assert decades(np.array([0.31, 0.33])) == {"type": "log"}
    assert decades(np.array([np.nan, -1.0])) == {"type": "log", "tickvals": [], "ticktext": []}
    assert curves("x", [], per_epoch=1, title="loss", log=True).layout.yaxis.type == "log"


def test_what_is_level_looks_level():
    axis = decades(np.array([0.9, 1.0, 1.1]), reach=2)
    low, high = axis["range"]
    assert high - low == 2 and len(axis["tickvals"]) >= 2
    assert "range" not in decades(np.array([1e-3, 10.0]), reach=2)


OWN = {"explain_images", "explain_tables"}  # pages whose axes have ticks of their own


def test_every_logarithmic_axis_has_its_ticks_from_one_module():
    found = []
    for path in (ROOT / "dashboard").rglob("*.py"):
        if path.name == "decades.py" or OWN & set(path.parts):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"""type["']?\s*[=:]\s*["']log["']""", line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found, f"use dashboard.figures.decades: {found}"
