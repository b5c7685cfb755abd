"""In which shapes do data come, and what may a network and a picture count on?

Every kind is one dense tensor of inputs and one of targets, so that whatever takes rows of a tensor
(a loop, a race of many networks, a checkpoint) takes every kind. What varies in length is padded.

| kind | x | y |
|---|---|---|
| points | (N, 2) floating | classes or values |
| curve | (N, 1) floating | values |
| table | (N, F) floating | classes or values |
| image | (N, C, H, W) uint8 | classes or values |
| series | (N, L, F) floating: windows of one length | classes, places or values |
| text | (N, L) int64: numbers of `Data.tokens`, PAD behind the end | classes or places |
| pairs | (N, S + T) int64: the source, then the target shifted by one | places (N, T) |
| boxes | (N, C, H, W) uint8 | boxes (N, M, 5) floating |
| graph | (N, V, F + V) floating: features, then adjacency | classes, places or values |

Targets: classes (N,) int64; values (N, K) floating; places (N, P) int64, a class for each place,
IGNORED where there is none; boxes: class, left, top, right and bottom edge in pixels, all IGNORED
in the rows behind the last box.

`pairs` hold what a decoder is fed in training (teacher forcing, Williams and Zipser 1989): columns
from `Data.source` on are START and then the target without its last token. A node of `graph` is
there exactly where its diagonal of the adjacency is not 0; the rows and columns of others are 0.
"""

from typing import Literal

from torch import Tensor

Kind = Literal[
    "points", "curve", "image", "table", "series", "text", "pairs", "boxes", "graph"
]  # what its rows are, and so how they are drawn

PAD, START = 0, 1  # the first of `Data.tokens`
IGNORED = -1  # a target that is none
PICTURES: tuple[Kind, ...] = ("image", "boxes")
TOKENS: tuple[Kind, ...] = ("text", "pairs")
SCALED: tuple[Kind, ...] = ("table", "series", "graph")  # feature by feature


def present(x: Tensor) -> Tensor:
    """(B, V, F + V) graphs to (B, V) bool: which nodes are there."""
    return x[..., -x.shape[-2] :].diagonal(dim1=-2, dim2=-1) != 0
