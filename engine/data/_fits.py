"""Are data as their kind promises? `engine/kinds.py` has the promises."""

import torch

from engine.data._spec import Data
from engine.kinds import IGNORED, PAD, PICTURES, TOKENS, Kind, present
from engine.words import said

DIMENSIONS: dict[Kind, int] = {
    "points": 2, "curve": 2, "table": 2, "image": 4, "series": 3, "text": 2, "pairs": 2,
    "boxes": 4, "graph": 3,
}  # fmt: skip


def assert_fits(data: Data, kind: Kind) -> None:
    """Raises ValueError where data are not as their kind promises."""
    if why := _misfit(data, kind):
        raise ValueError(said("These are no data of kind {kind}: {why}", kind=kind, why=why))


def _misfit(data: Data, kind: Kind) -> str:
    x, y = data.x, data.y
    wanted = torch.uint8 if kind in PICTURES else torch.int64 if kind in TOKENS else None
    if x.ndim != DIMENSIONS[kind]:
        return said(
            "x has {count} dimensions, not {wanted}.", count=x.ndim, wanted=DIMENSIONS[kind]
        )
    if x.dtype != wanted if wanted else not x.is_floating_point():
        return said("x is of type {type}.", type=x.dtype)
    if len(y) != len(x):
        return said("x has {count} rows and y has {other}.", count=len(x), other=len(y))
    return _misfit_of_x(data, kind) or _misfit_of_y(data, kind)


def _misfit_of_x(data: Data, kind: Kind) -> str:
    x = data.x
    if kind in TOKENS:
        if not 0 <= int(x.min()) <= int(x.max()) < len(data.tokens):
            return said("x names tokens beyond the {count} there are.", count=len(data.tokens))
        source, target = x.split([data.source, x.shape[1] - data.source], 1)
        for part in (source, target):
            padded = part == PAD
            if bool((padded[:, :-1] & ~padded[:, 1:]).any()):
                return said("padding stands before a token.")
    if kind == "graph":
        nodes = x.shape[1]
        adjacency, there = x[..., -nodes:], present(x)
        if x.shape[2] < nodes or bool(
            (adjacency != 0)[~(there[:, :, None] & there[:, None])].any()
        ):
            return said("an edge leads to a node that is not there.")
    return ""


def _misfit_of_y(data: Data, kind: Kind) -> str:
    y = data.y
    if kind == "pairs" and y.shape[1:] != (data.x.shape[1] - data.source,):
        return said("y has another length than the target in x.")
    if kind == "boxes":
        if y.ndim != 3 or y.shape[2] != 5 or not y.is_floating_point():
            return said("y is no list of a class and four edges.")
        there = y[..., 0] != IGNORED
        box, (height, width) = y[there], data.x.shape[2:]
        inside = (box[:, 1:] >= 0).all() & (box[:, 3] <= width).all() & (box[:, 4] <= height).all()
        if not inside or not bool((box[:, 1:3] < box[:, 3:]).all()):
            return said("a box is empty or leaves its picture.")
        return ""
    if not data.classes:
        return "" if y.is_floating_point() and y.ndim == 2 else said("y holds no values.")
    lowest = IGNORED if y.ndim == 2 else 0
    if y.ndim > 2 or y.dtype != torch.int64 or int(y.min()) < lowest:
        return said("y holds no classes.")
    if int(y.max()) >= len(data.classes):
        return said("y names a class beyond the {count} there are.", count=len(data.classes))
    return ""
