"""How good is an answer that ignores its input? What a network has to beat."""

from dataclasses import dataclass

import torch
from torch.nn.functional import one_hot

from engine.data import Prepared
from engine.kinds import IGNORED
from engine.training.config import TrainConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Of the best constant answer that the training part suggests, on the validation part."""

    loss: float
    accuracy: float | None = None  # in [0, 1], of always naming the most frequent class
    common: str = ""  # that class


def floor(config: TrainConfig, data: Prepared) -> Floor | None:
    """Classification: the most frequent class, and for the loss the classes' frequencies as
    probabilities. Regression: the mean. None where there is nothing to answer, as for a density.

    Its R² is 0 by definition, but for the difference between the means of both parts.
    """
    train, held = data.train.y, data.validation.y
    if data.kind == "boxes":
        return None
    if config.task.id == "classification":
        train, held = train[train != IGNORED], held[held != IGNORED]
        counts = torch.bincount(train, minlength=len(data.classes)).double()
        share = (counts + 1e-9) / (counts + 1e-9).sum()
        outputs = share.log().float().expand(len(held), -1)
        if config.loss.id != "cross_entropy":  # which compares with ones and zeros
            mean = one_hot(train, len(data.classes)).float().mean(0)
            outputs = mean.expand(len(held), -1)
        common = int(counts.argmax())
        return Floor(
            loss=float(config.loss.mean(outputs, held)),
            accuracy=float((held == common).float().mean()),
            common=data.classes[common],
        )
    if config.task.id == "regression":
        outputs = train.mean(0, keepdim=True).expand_as(held)
        return Floor(loss=float(config.loss.mean(outputs, held)))
    return None
