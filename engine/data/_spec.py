"""What is a data set, to the engine and to every page?"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from torch import Tensor

from engine.config import Part
from engine.kinds import Kind
from engine.paths import ROOT
from engine.plain import Plain
from engine.registry import Registry


class DataError(ValueError):
    """The data cannot be had. The message is one sentence that says what to do."""

    dataset: "Dataset | None" = None  # that was asked for, where it is known


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Data:
    """All examples of a data set, whole, on the CPU, before splitting and scaling."""

    x: Tensor  # (N, …) as the kind has it: `engine/kinds.py`
    y: Tensor  # (N,) int64 class index, (N, 1) floating target of a regression, or as the kind has
    classes: tuple[str, ...] = ()  # names in index order; empty for a regression
    features: tuple[str, ...] = ()  # names of columns, of a series' values, of a node's numbers
    tokens: tuple[str, ...] = ()  # of text and pairs: padding, start, then what is written
    source: int = 0  # of pairs: columns of x before the target
    target: str = ""  # name and unit of a regression's target
    masks: Tensor | None = None  # (N, H, W) bool: the pixels that are the evidence
    codes: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # names of 0, 1, … of a column
    filled: Tensor | None = None  # (N, F) bool: numbers of a table that nobody measured
    test: int = 0  # the last `test` rows are the published test set; 0: none is published

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one example: (2,), (F,), (C, H, W), …"""
        return tuple(self.x.shape[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """One published file that `download` can fetch."""

    urls: tuple[str, ...]  # the same file at several addresses, tried in order
    md5: str
    holds: tuple[str, ...]  # what it unpacks to, relative to the data folder


class Dataset(Part):
    """A data set with its knobs."""

    kind: ClassVar[Kind]
    task: ClassVar[Literal["classification", "regression"]] = "classification"
    local: ClassVar[bool] = True  # needs no file and no network
    drawn: ClassVar[bool] = True  # made from the seed; False: collected, the same for every seed
    fills: ClassVar[float] = 0  # of a centred picture's side, by its longer side; 0: not centred

    def load(self, seed: int) -> Data:
        """All examples; the same ones for the same knobs and seed.

        Raises:
            DataError: files are missing or damaged.
        """
        raise NotImplementedError

    def source(self, plain: Plain, seed: str) -> str:
        """`load` as plain torch: a call that gives x and y, as `Data` has them."""
        return plain.call(self, self.load, seed)

    def remote(self) -> tuple[Remote, ...]:
        """What `download` fetches when a person asks for it; nothing for most data sets."""
        return ()


DATASETS: Registry[Dataset] = Registry("data set")


def data_folder() -> Path:
    """Where files are looked for: `BLINDSPOT_DATA`, else `data` beside the program."""
    return Path(os.environ.get("BLINDSPOT_DATA") or ROOT / "data")
