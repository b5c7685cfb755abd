"""What does a network compute, as arrays that a figure can draw?"""

import numpy as np
import torch
from torch import Tensor, nn

from engine.data import Prepared
from engine.nn.layers import weights_by_layer
from engine.nn.taps import activations_of, evaluating, outputs_of
from engine.tasks._spec import Arrays

SURFACE, THUMBNAIL = 61, 25  # grid points a side of a decision surface, of a unit's thumbnail
UNITS, LAYERS = 16, 6  # thumbnails shown of each layer, and layers
SHOWN = 12  # mistakes kept
LARGEST = 65504  # in half precision
FILTERS = 64  # first-layer filters shown


def extent(data: Prepared) -> tuple[float, float]:
    """Half-open square that holds the points with a margin: (lowest, highest) on both axes."""
    reach = float(data.train.x.abs().max()) if data.kind == "points" else 1.0
    reach = 1.08 * min(reach, 10.0)
    return -reach, reach


def grid(data: Prepared, side: int, device: torch.device) -> Tensor:
    """(side * side, 2) points, row by row from the lowest x2."""
    axis = torch.linspace(*extent(data), side, device=device)
    rows, columns = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([columns, rows], dim=-1).reshape(-1, 2)


def device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def predict(model: nn.Module, x: Tensor, batch: int = 1024) -> Tensor:
    """Outputs in evaluation mode, without gradients, in bounded memory."""
    with evaluating(model), torch.no_grad():
        return torch.cat([model(part) for part in x.split(batch)])


def hidden_units(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Of points: what each hidden unit answers over the plane, {units/<layer>: (U, side, side)}."""
    if data.kind != "points":
        return {}
    names = activations_of(model)[:LAYERS]
    found = outputs_of(model, names, grid(data, THUMBNAIL, device_of(model)))
    return {
        f"units/{name}": half(out[:, :UNITS].T.reshape(-1, THUMBNAIL, THUMBNAIL))
        for name, out in found.items()
    }


def filters(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Of images: the first layer's weights as pictures, {filters: (U, C, h, w)}."""
    if data.kind != "image":
        return {}
    layers = weights_by_layer(model)
    if not layers:
        return {}
    weight = next(iter(layers.values()))[:FILTERS].detach()
    picture = weight if weight.ndim == 4 else weight.reshape(-1, *data.shape)
    return {"filters": half(picture)}


def half(x: Tensor) -> np.ndarray:
    """To NumPy in half precision: a picture needs no more, and histories stay small. Values that
    are too large for that stay in single precision."""
    x = x.detach().float().cpu()
    if bool((x.abs() > LARGEST).any()):
        most = torch.finfo(torch.float32).max
        return x.clamp(-most, most).numpy()
    return x.numpy().astype(np.float16)
