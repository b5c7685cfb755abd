r"""How many pixels are seen, and how many can never be? In formulas, for a pixel far from borders.

Let m = (k - 1) / 2, L layers with dilations d_1, …, d_L and D their sum, so that the reachable box
is m D pixels wide in each direction. A pixel r rows above the target and c columns to its right is
legal when r > 0, or r = 0 and c < 0.

The single mask: a layer that looks i >= 1 rows of cells up moves at most m cells to the right, and
one that stays in its row moves none. Moving d i rows up so brings at most d m <= m (d i) columns to
the right; summed over the layers, c <= m r. So c > m r is blind at any depth and for any dilations.

Source of the phenomenon: van den Oord et al. 2016, Conditional image generation with PixelCNN
decoders, figure 1.
"""

from collections.abc import Sequence

from engine.autoregressive.propagation import dilations_of


def legal(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """2 m D (m D + 1): earlier pixels in the reachable box; without dilation D = L."""
    reach = kernel // 2 * sum(dilations_of(layers, dilation))
    return 2 * reach * (reach + 1)


def is_blind(kernel: int, rows_up: int, columns_right: int) -> bool:
    """Whether the single mask misses this earlier pixel at any depth: c > m r."""
    return rows_up > 0 and columns_right > kernel // 2 * rows_up


def wedge(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """m D (D - 1) / 2: pixels of the reachable box with c > m r; without dilation m L (L - 1) / 2.

    sum over r = 1 … D - 1 of the m D - m r columns behind the diagonal.
    """
    total = sum(dilations_of(layers, dilation))
    return kernel // 2 * total * (total - 1) // 2


def blind(kernel: int, layers: int) -> int:
    """m L (L - 1) / 2: what a single mask misses of the reachable box, without dilation."""
    return wedge(kernel, layers)


def single(kernel: int, layers: int) -> int:
    """legal - blind, for one dilation in all layers: dilating spreads the same count of pixels."""
    return legal(kernel, layers) - blind(kernel, layers)


def horizontal_once(kernel: int, layers: int) -> int:
    """legal - m (L - 1), without dilation: of the own row only m pixels are seen."""
    return legal(kernel, layers) - kernel // 2 * (layers - 1)


def quadrant(kernel: int, layers: int) -> int:
    """(m L + 1)^2 - 1, for one dilation in all layers."""
    return (kernel // 2 * layers + 1) ** 2 - 1


def vertical(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """|R| |C|: rows above times columns; m L (2 m L + 1) for d = 1."""
    up, across = _sums(kernel, layers, dilation)
    return up * across


def horizontal(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """|R|: as many pixels to the left as there are rows in the vertical field; m L for d = 1."""
    return _sums(kernel, layers, dilation)[0]


def two_stacks(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """|R| (|C| + 1): all that is legal, 2 m L (m L + 1), unless dilation leaves gaps.

    Masks are products of a set of rows and one of columns, and so are sums of them:
    R = d_1 {1 … m} + d_2 {0 … m} + … ,  C = d_1 {-m … m} + d_2 {-m … m} + …
    With d_1 = 1 there is no gap as long as no dilation exceeds m times the sum of those before.
    """
    up, across = _sums(kernel, layers, dilation)
    return up * (across + 1)


def gaps(kernel: int, layers: int, dilation: int | Sequence[int] = 1) -> int:
    """Legal pixels of the box that even two stacks step over, because of dilation."""
    return legal(kernel, layers, dilation) - two_stacks(kernel, layers, dilation)


def _sums(kernel: int, layers: int, dilation: int | Sequence[int]) -> tuple[int, int]:
    """(|R|, |C|)."""
    half = kernel // 2
    first, *later = dilations_of(layers, dilation)
    up = {first * i for i in range(1, half + 1)}
    across = {first * i for i in range(-half, half + 1)}
    for step in later:
        up = {place + step * i for place in up for i in range(half + 1)}
        across = {place + step * i for place in across for i in range(-half, half + 1)}
    return len(up), len(across)
