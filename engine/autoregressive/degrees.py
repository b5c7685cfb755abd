"""How many values may each unit of a masked network see, and which paths does that leave?

Source: Germain et al. 2015, MADE: masked autoencoder for distribution estimation, section 4.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.device import generator


def degrees_of(values: int, hidden: Sequence[int], seed: int | None = None) -> list[Tensor]:
    """m(k) of the units of each hidden layer: (H_l,) int64 in 1 … values - 1, sorted.

    A random degree is at least the lowest one of the layer before: a unit below it would see
    nothing.

    Args:
        values: N, inputs and outputs.
        hidden: units of each layer.
        seed: draws the degrees; None: they are spread evenly.
    """
    most, lowest, found = max(1, values - 1), 1, []
    for number, units in enumerate(hidden):
        if seed is None:
            degrees = 1 + torch.arange(units) * most // units
            if units == 1:
                degrees = torch.tensor([(1 + most) // 2])
        else:
            draw = generator(seed, "degrees", number)
            degrees = torch.randint(lowest, most + 1, (units,), generator=draw).sort().values
        found.append(degrees)
        lowest = max(lowest, int(degrees.min()))
    return found


def allowed(before: Tensor, after: Tensor) -> Tensor:
    """(A, B) float mask: whether a unit of `after` may see one of `before`, m(after) >= m(before).

    Outputs are strict: for output i, `after` is i - 1.
    """
    return (after[:, None] >= before[None, :]).float()


def masks_of(values: int, degrees: Sequence[Tensor]) -> list[Tensor]:
    """The masks of all layers, inputs first, the outputs' last: (H_1, N), …, (N, H_L)."""
    inputs = torch.arange(1, values + 1)
    layers = [inputs, *degrees]
    found = [allowed(a, b) for a, b in zip(layers, degrees, strict=False)]
    return [*found, allowed(layers[-1], inputs - 1)]


def paths(masks: Sequence[Tensor], direct: Tensor | None = None) -> Tensor:
    """(N, N) int64: by how many paths output i is joined to input j, the product of the masks."""
    product = masks[0].long()
    for mask in masks[1:]:
        product = mask.long() @ product
    return product if direct is None else product + direct.long()
