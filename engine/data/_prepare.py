"""What does training get: which numbers, on which scale, in which part?

Every scale comes from the training part alone; what is measured on the other parts stays unseen.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from engine.data._remember import Remember
from engine.data._spec import Data, DataError, Dataset, Kind, data_folder
from engine.data._split import split
from engine.device import generator
from engine.words import said


class Rows(NamedTuple):
    """One part. The tensors are shared: read them, do not write to them."""

    x: Tensor  # (n, ...) float32, scaled
    y: Tensor  # (n,) int64, or (n, 1) float32, scaled for tables
    index: Tensor  # type: ignore[assignment]  # (n,) int64: which rows of `Prepared.data`


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A data set, split and scaled, on the CPU."""

    train: Rows  # its y may be wrong on purpose; data.y[train.index] is right
    validation: Rows
    test: Rows
    mean: Tensor  # (C, 1, 1) of images in 0..1, (F,) of tables; 0 for points and curves
    std: Tensor  # like mean; 1 for points, curves and constant columns
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
        x = x.to(self.mean.dtype)
        if self.kind == "image":
            x = x / 255
        return ((x - self.mean) / self.std).float()

    def unscale(self, x: Tensor) -> Tensor:
        """What the model gets to columns in their units, or to images in 0..1."""
        return x * self.std + self.mean

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

    Points and curves keep their units. Images go to 0..1, then each channel to mean 0 and
    standard deviation 1; table columns, and a table's regression target, likewise.

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
    parts = split(data, seed)
    kept = parts.train[: max(1, round(train_share * len(parts.train)))]
    y = data.y.clone()
    mean, std = _statistics(data, kept, dataset.kind)
    y_mean, y_std = torch.zeros(1), torch.ones(1)
    if data.classes:
        y[kept] = noisy(y[kept], len(data.classes), label_noise, seed)
    elif dataset.kind == "table":
        y_mean = y[kept].mean(0)
        y_std = safe(y[kept].std(0, correction=0), y[kept])
        y = ((y - y_mean) / y_std).float()

    def part(index: Tensor) -> Rows:
        x = data.x[index].to(mean.dtype)
        if dataset.kind == "image":
            x.div_(255)
        return Rows(x.sub_(mean).div_(std).float(), y[index], index)

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
    if kind == "image":
        return of_channels(data.x[rows])
    if kind == "table":
        return of_columns(data.x[rows])
    return torch.zeros(data.shape), torch.ones(data.shape)


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


def noisy(y: Tensor, classes: int, share: float, seed: int) -> Tensor:
    """The labels (n,), of which that share became another class, each other one equally likely."""
    draw = generator(seed, "label noise")
    order = torch.randperm(len(y), generator=draw)
    shift = torch.randint(1, classes, (len(y),), generator=draw)
    wrong = order[: round(share * len(y))]
    y = y.clone()
    y[wrong] = (y[wrong] + shift[wrong]) % classes
    return y
