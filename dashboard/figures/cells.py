"""Where does each of many pictures stand in one figure?

As plain values for one call of `go.Figure`: adding traces and axes one by one takes Plotly many
times as long as drawing them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.figures import palette


class Cell(NamedTuple):
    """A place for one picture: its part of the figure, in 0..1 from the bottom left."""

    number: int  # from 1, names its axes
    left: float
    right: float
    bottom: float
    top: float

    @property
    def axes(self) -> dict[str, str]:
        """What a trace or a shape's `xref` and `yref` name."""
        return {"xaxis": f"x{self.number}", "yaxis": f"y{self.number}"}

    @property
    def domains(self) -> dict[str, Any]:
        """Where both axes are, by the names that a finished layout has for them."""
        name = "" if self.number == 1 else str(self.number)
        return {
            f"xaxis{name}": {"domain": [self.left, self.right]},
            f"yaxis{name}": {"domain": [self.bottom, self.top]},
        }

    def frame(self, height: int, width: int) -> dict[str, Any]:
        """Both axes, unseen, of a picture whose first row is on top and whose pixels are square."""
        return {
            f"xaxis{self.number}": {
                "domain": (self.left, self.right),
                "anchor": f"y{self.number}",
                "range": (-0.5, width - 0.5),
                "visible": False,
                "constrain": "domain",
            },
            f"yaxis{self.number}": {
                "domain": (self.bottom, self.top),
                "anchor": f"x{self.number}",
                "range": (height - 0.5, -0.5),
                "visible": False,
                "constrain": "domain",
                "scaleanchor": f"x{self.number}",
            },
        }

    def title(self, text: str, size: int = 13) -> dict[str, Any]:
        """An annotation above the middle."""
        return {
            "text": text,
            "x": (self.left + self.right) / 2,
            "y": self.top,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "center",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": size},
        }

    def box(self, edges: Sequence[int], colour: int, dash: str) -> dict[str, Any]:
        """A rectangle round the pixels of (top, left, bottom, right), all included."""
        top, left, bottom, right = edges
        return {
            "type": "rect",
            "xref": f"x{self.number}",
            "yref": f"y{self.number}",
            "x0": left - 0.5,
            "x1": right + 0.5,
            "y0": top - 0.5,
            "y1": bottom + 0.5,
            "line": {"color": palette.colour(colour), "width": 2, "dash": dash},
        }


def cells(
    rows: int,
    columns: int,
    *,
    across: float = 0.012,
    down: float = 0.1,
    floor: float = 0.0,
    ceiling: float = 1.0,
    first: int = 1,
) -> list[Cell]:
    """A grid of cells, row by row from the top.

    Args:
        across: gap between two columns, share of the figure's width.
        down: gap between two rows, share of its height.
        floor: lower end of the grid, 0..1.
        ceiling: its upper end.
        first: number of the first cell.
    """
    width = (1 - across * (columns - 1)) / columns
    height = (ceiling - floor - down * (rows - 1)) / rows
    return [
        Cell(
            first + row * columns + column,
            column * (width + across),
            min(1.0, column * (width + across) + width),
            max(0.0, ceiling - row * (height + down) - height),
            ceiling - row * (height + down),
        )
        for row in range(rows)
        for column in range(columns)
    ]


class Piled(NamedTuple):
    """The same cells where there is little room: in fewer columns, at heights told in pixels."""

    cells: list[Cell]
    height: float  # of all, pixels

    @property
    def layout(self) -> dict[str, Any]:
        """Where axes and titles are, for a figure whose first notes are the cells' titles."""
        found: dict[str, Any] = {
            "annotations": [
                {"x": (cell.left + cell.right) / 2, "y": cell.top} for cell in self.cells
            ]
        }
        for cell in self.cells:
            found |= cell.domains
        return found


def piled(
    count: int,
    columns: int,
    each: float,
    head: float,
    *,
    across: float = 0.03,
    first: int = 1,
    above: float = 0,
) -> Piled:
    """So many cells, row by row.

    Args:
        count: of cells.
        columns: side by side.
        each: height of a cell, pixels.
        head: room above every row but the first, pixels: for titles.
        across: gap between two columns, share of the figure's width.
        first: number of the first cell.
        above: room above all of them for something else, pixels; counts as height.
    """
    rows = -(-count // columns)
    total = above + rows * each + (rows - 1) * head
    ceiling = (total - above) / total
    grid = cells(rows, columns, across=across, down=head / total, ceiling=ceiling, first=first)
    return Piled(grid[:count], total)
