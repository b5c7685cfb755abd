"""Where does each node of a graph stand, so that few edges cross? In layers, from what is given to
what is computed.

Source: Sugiyama, Tagawa and Toda 1981, Methods for visual understanding of hierarchical system
structures.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Place = tuple[float, float]
SWEEPS = 8
BOW = 0.2  # how far two edges between the same nodes part, in rows


@dataclass(frozen=True, slots=True)
class Layered:
    """Places in layers (along) and rows (across); both count from the first."""

    nodes: list[Place]
    edges: dict[tuple[int, int], list[Place]]  # (node, number of its input) -> way to the node
    layers: int
    rows: float  # how far the rows reach


def layered(inputs: Sequence[Sequence[int]]) -> Layered:
    """Places of a graph.

    Args:
        inputs: of each node, those before it that it needs.
    """
    layer = _layers(inputs)
    ways: dict[tuple[int, int], list[int]] = {}
    levels = list(layer)  # of nodes, and behind them of the bends of long edges
    for node, needs in enumerate(inputs):
        for number, other in enumerate(needs):
            bends = list(range(layer[other] + 1, layer[node]))
            first = len(levels)
            levels += bends
            ways[node, number] = [other, *range(first, first + len(bends)), node]
    near: defaultdict[int, list[int]] = defaultdict(list)
    for way in ways.values():
        for a, b in pairwise(way):
            near[a].append(b)
            near[b].append(a)
    across = _across(levels, near)
    low = min(across)
    places = [(float(level), row - low) for level, row in zip(levels, across, strict=True)]
    edges = {}
    for (node, number), way in ways.items():
        twins = [k for k, other in enumerate(inputs[node]) if other == inputs[node][number]]
        points = [places[i] for i in way]
        if len(twins) > 1 and len(points) == 2:
            (x0, y0), (x1, y1) = points
            shift = BOW * (2 * twins.index(number) - 1)
            points = [points[0], ((x0 + x1) / 2, (y0 + y1) / 2 + shift), points[1]]
        edges[node, number] = points
    return Layered(places[: len(inputs)], edges, max(levels) + 1, max(row for _, row in places))


def _layers(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The layer of each node: behind all that it needs; what needs nothing, just before its use."""
    layer = [0] * len(inputs)
    for node, needs in enumerate(inputs):
        if needs:
            layer[node] = 1 + max(layer[i] for i in needs)
    for node, needs in enumerate(inputs):
        users = [layer[k] for k, others in enumerate(inputs) if node in others]
        if not needs and users:
            layer[node] = min(users) - 1
    return layer


def _across(levels: Sequence[int], near: dict[int, list[int]]) -> list[float]:
    """The row of each node: near the mean of its neighbours, and one row from the next."""
    layers: defaultdict[int, list[int]] = defaultdict(list)
    for node, level in enumerate(levels):
        layers[level].append(node)
    row = [0.0] * len(levels)
    for members in layers.values():
        _spread(members, [float(k) for k in range(len(members))], row)
    order = sorted(layers)
    for sweep in range(SWEEPS):
        for level in order if sweep % 2 == 0 else reversed(order):
            wanted = {}
            for node in layers[level]:
                one_side = [row[k] for k in near[node] if (levels[k] < level) == (sweep % 2 == 0)]
                both = one_side if sweep < SWEEPS // 2 else [row[k] for k in near[node]]
                wanted[node] = sum(both) / len(both) if both else row[node]
            members = sorted(layers[level], key=wanted.__getitem__)
            _spread(members, [wanted[node] for node in members], row)
    return row


def _spread(members: Sequence[int], wanted: Sequence[float], row: list[float]) -> None:
    """Set rows in this order, at least one apart, with the mean of what was wanted."""
    found: list[float] = []
    for want in wanted:
        found.append(max(want, found[-1] + 1) if found else want)
    shift = (sum(wanted) - sum(found)) / len(found)
    for node, place in zip(members, found, strict=True):
        row[node] = place + shift
