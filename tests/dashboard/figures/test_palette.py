"""Only the palette names a colour, so that one look at it tells what each means."""

import re
from pathlib import Path

from dashboard.figures import palette

FIGURES = Path(palette.__file__).parent


def test_no_figure_names_a_colour_of_its_own():
    written = {
        path.name: re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text("utf-8"))
        for path in FIGURES.glob("*.py")
        if path.name != "palette.py"
    }
    assert not {name: found for name, found in written.items() if found}


def test_where_a_colour_comes_again_dash_and_marker_are_others():
    for second in (palette.dash, palette.marker):
        assert len({(palette.colour(n), second(n)) for n in range(32)}) == 32
