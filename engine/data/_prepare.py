"""What does training get: which numbers, on which scale, in which part?

Every scale comes from the training part alone; what is measured on the other parts stays unseen.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from engine.data._fits import assert_fits
from engine.data._remember import Remember
from engine.data._spec import Data, DataError, Dataset, data_folder
from engine.data._split import split
from engine.device import generator
from engine.kinds import IGNORED, PICTURES, SCALED, TOKENS, Kind, present
from engine.words import said


class Rows(NamedTuple):
    """One part. The tensors are shared: read them, do not write to them."""

    x: Tensor  # (n, ...) float32, scaled; int64 where they are tokens
    y: Tensor  # (n,) int64, or (n, 1) float32, scaled for tables, series and graphs; or boxes
    index: Tensor  # type: ignore[assignment]  # (n,) int64: which rows of `Prepared.data`


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A data set, split and scaled, on the CPU."""

    train: Rows  # its y may be wrong on purpose; data.y[train.index] is right
    validation: Rows
    test: Rows
    mean: Tensor  # (C, 1, 1) of pictures in 0..1, (F,) of tables, series and nodes; else 0
    std: Tensor  # like mean; 1 where nothing is scaled, and of constant columns
    y_mean: Tensor  # (1,) 0 unless a regression's target was scaled
    y_std: Tensor  # (1,) 1 unless a regression's target was scaled; in the target's unit
    kind: Kind
    data: Data  # as loaded

    @property
    def classes(self) -> tuple[str, ...]:
        return self.data.classes

    @property
    def features(self) -> tuple[str, ...]:
        return self.data.features

    @property
    def target(self) -> str:
        return self.data.target

    @property
    def masks(self) -> Tensor | None:
        """(N, H, W) bool, by row of `data`: index it with a part's `index`."""
        return self.data.masks

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    def scale(self, x: Tensor) -> Tensor:
        """Raw rows (uint8 images, or columns in their units) to what the model gets."""
        return _scale(x.clone(), self.mean, self.std, self.kind)

    def unscale(self, x: Tensor) -> Tensor:
        """What the model gets to columns in their units, or to pictures in 0..1."""
        if self.kind in TOKENS:
            return x
        whole = x * self.std + self.mean
        return whole * present(x)[..., None] if self.kind == "graph" else whole

    def unscale_y(self, y: Tensor) -> Tensor:
        """A regression's output to the target's unit."""
        return y * self.y_std + self.y_mean


def _size(prepared: Prepared) -> int:
    """Bytes of the tensors, scaled and raw."""
    data = prepared.data
    tensors = [*prepared.train, *prepared.validation, *prepared.test, data.x, data.y, data.masks]
    return sum(tensor.nbytes for tensor in tensors if tensor is not None)


REMEMBERED = Remember(_size)


def prepare(
    dataset: Dataset, seed: int, *, train_share: float = 1.0, label_noise: float = 0.0
) -> Prepared:
    """Load, split and scale. What was prepared lately is kept, so asking again costs nothing.

    Points, curves and tokens stay as they are. Pictures go to 0..1, then each channel to mean 0 and
    standard deviation 1; columns of tables, features of series and of nodes that are there, and
    the targets of their regressions, likewise.

    Args:
        dataset: which one, with its knobs.
        seed: of the data, of the split and of the label noise.
        train_share: kept share of the training part, above 0 to 1, of all classes alike. A smaller
            share is a part of a larger one.
        label_noise: share of the kept training labels that become another class, 0 to 1. More
            noise keeps those that are wrong already. No effect on a regression.

    Raises:
        DataError: files are missing or damaged, or there are fewer than 10 examples.
    """
    if not 0 < train_share <= 1:
        raise ValueError(
            said(
                "train_share must be above 0 and at most 1. Received: {received}.",
                received=train_share,
            )
        )
    if not 0 <= label_noise <= 1:
        raise ValueError(
            said("label_noise must be from 0 to 1. Received: {received}.", received=label_noise)
        )
    where = "" if dataset.local else str(data_folder())
    key = (dataset, seed, float(train_share), float(label_noise), where)
    try:
        return REMEMBERED.get(key, lambda: _prepare(dataset, seed, train_share, label_noise))
    except DataError as error:
        error.dataset = dataset
        raise


def _prepare(dataset: Dataset, seed: int, train_share: float, label_noise: float) -> Prepared:
    data = dataset.load(seed)
    assert_fits(data, dataset.kind)
    parts = split(data, seed)
    kept = parts.train[: max(1, round(train_share * len(parts.train)))]
    y = data.y.clone()
    mean, std = _statistics(data, kept, dataset.kind)
    y_mean, y_std = torch.zeros(1), torch.ones(1)
    if dataset.kind == "boxes":
        y = y.float()
    elif data.classes:
        y[kept] = _noisy_targets(y[kept], len(data.classes), label_noise, seed)
    elif dataset.kind in SCALED:
        y_mean = y[kept].mean(0)
        y_std = safe(y[kept].std(0, correction=0), y[kept])
        y = ((y - y_mean) / y_std).float()

    def part(index: Tensor) -> Rows:
        return Rows(_scale(data.x[index], mean, std, dataset.kind), y[index], index)

    return Prepared(
        train=part(kept),
        validation=part(parts.validation),
        test=part(parts.test),
        mean=mean,
        std=std,
        y_mean=y_mean,
        y_std=y_std,
        kind=dataset.kind,
        data=data,
    )


def _statistics(data: Data, rows: Tensor, kind: Kind) -> tuple[Tensor, Tensor]:
    """Mean and population standard deviation a channel (C, 1, 1) or a column (F,)."""
    if kind in PICTURES:
        return of_channels(data.x[rows])
    if kind in SCALED:
        x = data.x[rows]
        if kind == "graph":  # what stands behind the features is the adjacency, which stays
            x = x[present(x)].clone()
            x[:, -data.x.shape[1] :] = 0
        return of_columns(x.flatten(0, -2))
    if kind in TOKENS:
        return torch.zeros(()), torch.ones(())
    return torch.zeros(data.shape), torch.ones(data.shape)


def _scale(x: Tensor, mean: Tensor, std: Tensor, kind: Kind) -> Tensor:
    """Raw rows, which may be overwritten, to what the model gets."""
    if kind in TOKENS:
        return x
    there = present(x) if kind == "graph" else None
    x = x.to(mean.dtype)
    if kind in PICTURES:
        x.div_(255)
    x = x.sub_(mean).div_(std).float()
    return x if there is None else x * there[..., None]


def of_channels(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel, (C, 1, 1), of uint8 pictures seen as 0..1."""
    level = torch.arange(256, dtype=torch.float64) / 255
    counts = torch.stack(
        [x[:, c].flatten().bincount(minlength=256) for c in range(x.shape[1])]
    )  # (C, 256): whole numbers, so the order of summing cannot matter
    share = counts.double() / counts.sum(1, keepdim=True)
    mean = share @ level  # (C,)
    std = (share * (level - mean[:, None]) ** 2).sum(1).sqrt()
    std = torch.where(std > 0, std, 1.0)
    return mean.float()[:, None, None], std.float()[:, None, None]


def of_columns(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each column, (F,)."""
    exact = x.double()
    return exact.mean(0).to(x.dtype), safe(exact.std(0, correction=0).to(x.dtype), exact)


def safe(std: Tensor, x: Tensor) -> Tensor:
    """What does not vary is only shifted, not divided by nothing; what varies in a small unit is
    divided by little."""
    varies = (x != x[:1]).any(0) & (std > 0)
    return torch.where(varies, std, torch.ones_like(std))


def _noisy_targets(y: Tensor, classes: int, share: float, seed: int) -> Tensor:
    """`noisy`, of classes of rows (n,) or of places (n, P); what is IGNORED stays so."""
    counted = y != IGNORED
    y = y.clone()
    y[counted] = noisy(y[counted], classes, share, seed)
    return y


def noisy(y: Tensor, classes: int, share: float, seed: int) -> Tensor:
    """The labels (n,), of which that share became another class, each other one equally likely."""
    draw = generator(seed, "label noise")
    order = torch.randperm(len(y), generator=draw)
    shift = torch.randint(1, classes, (len(y),), generator=draw)
    wrong = order[: round(share * len(y))]
    y = y.clone()
    y[wrong] = (y[wrong] + shift[wrong]) % classes
    return y
