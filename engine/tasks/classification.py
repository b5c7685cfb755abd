"""Classification: which of K classes?"""

import numpy as np
import torch
from torch import Tensor, nn

from engine.data import Prepared
from engine.kinds import IGNORED
from engine.tasks._spec import Arrays, Task, register
from engine.tasks.pictures import (
    SHOWN,
    SURFACE,
    device_of,
    filters,
    grid,
    half,
    hidden_units,
    predict,
)


def metrics(outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Share of examples, or of places, whose largest output is their class, in [0, 1]."""
    right = (outputs.argmax(-1) == targets).float()
    if targets.ndim == 1:
        return {"accuracy": right.mean()}
    counted = targets != IGNORED
    return {"accuracy": (right * counted).sum() / counted.sum()}


def final(outputs: Tensor, targets: Tensor, data: Prepared) -> dict[str, float]:
    return {name: value.item() for name, value in metrics(outputs, targets).items()}


def surface(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Of points: the probability of each class over the plane, {surface: (K, side, side)}."""
    if data.kind != "points":
        return {}
    outputs = predict(model, grid(data, SURFACE, device_of(model)))
    return {"surface": half(outputs.softmax(-1).T.reshape(-1, SURFACE, SURFACE))}


def confusion(model: nn.Module, data: Prepared, examples: int) -> Arrays:
    """Counts on the validation part, {confusion: (K, K)}, rows true and columns predicted; and
    the most confident mistakes, {mistakes: (n, 3)}: row of the data set, predicted class,
    probability. Of places, each counts, and a row stands once for each mistake in it."""
    part = data.validation
    x, y, index = part.x[:examples], part.y[:examples], part.index[:examples]
    outputs = predict(model, x.to(device_of(model))).cpu()
    if y.ndim == 2:
        counted = y != IGNORED
        index = index[:, None].expand_as(y)[counted]
        outputs, y = outputs[counted], y[counted]
    guess = outputs.argmax(-1)
    k = len(data.classes)
    counts = torch.bincount(y * k + guess, minlength=k * k).reshape(k, k)
    confidence = outputs.softmax(-1).amax(-1)
    wrong = (guess != y).nonzero().squeeze(1)
    worst = wrong[confidence[wrong].argsort(descending=True)][:SHOWN]
    rows = torch.stack([index[worst].double(), guess[worst].double(), confidence[worst].double()])
    return {
        "confusion": counts.numpy().astype(np.int32),
        "mistakes": rows.T.numpy().astype(np.float64),
    }


register(
    Task(
        id="classification",
        outputs=lambda data: len(data.classes),
        metrics=metrics,
        final=final,
        pictures=(surface, hidden_units, filters, confusion),
        higher_is_better={"accuracy": True},
    )
)
