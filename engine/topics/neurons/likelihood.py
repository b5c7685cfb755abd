"""How likely are these labels under these answers, and is that the same as being right?"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch.nn.functional import binary_cross_entropy

from engine.config import Config, knob
from engine.topics.neurons.points import Floats

Thousandths: TypeAlias = Annotated[int, Field(ge=1, le=999)]
Answer: TypeAlias = tuple[Thousandths, Annotated[int, Field(ge=0, le=1)]]
MOST = 24
PRESETS: dict[str, tuple[Answer, ...]] = {
    "mixed": ((900, 1), (800, 1), (700, 1), (600, 0), (400, 1), (300, 0), (200, 0), (100, 0)),
    "nearly": ((470, 1), (460, 1), (450, 1), (440, 1), (530, 0), (540, 0), (550, 0), (560, 0)),
    "sure": ((950, 1), (960, 1), (940, 1), (1, 1), (50, 0), (40, 0), (60, 0), (30, 0)),
}
SHARED = np.linspace(0.001, 0.999, 999)  # one p for all labels


class Answers(Config):
    """What a classifier says of some examples, each p(class 1), beside their classes."""

    preset: Literal["mixed", "nearly", "sure", "own"] = knob(
        "mixed",
        "Answers",
        "Of a classifier of two classes, p(class 1) for each example.",
        options={
            "mixed": "some right, some wrong",
            "nearly": "all wrong, but only just",
            "sure": "all but one right, and all sure",
            "own": "your own",
        },
    )
    own: tuple[Answer, ...] = Field((), max_length=MOST)
    """p(class 1) in thousandths, and the class."""

    @property
    def shown(self) -> tuple[Answer, ...]:
        return self.own if self.preset == "own" else PRESETS[self.preset]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """$-\\ln\\prod_n p_n^{t_n}(1-p_n)^{1-t_n}=N\\cdot\\mathrm{BCE}$, term by term."""

    p: Floats  # (N,) of class 1
    classes: NDArray[np.int64]  # (N,) t
    terms: Floats  # (N,) nats, −ln of what each label was given
    accuracy: float
    likelihood: float  # the product
    shared: Floats  # (len(SHARED),) BCE of one p for all labels
    difference: float  # of N·BCE by torch, in float64, to −ln of the product, whichever is larger

    @property
    def loss(self) -> float:
        """BCE, nats an example."""
        return float(self.terms.mean())


def likelihood(config: Answers) -> Likelihood | None:
    """None where there is no example. An answer of exactly one half is wrong."""
    if not config.shown:
        return None
    rows = np.array(config.shown, dtype=np.int64)
    p, classes = rows[:, 0] / 1000, rows[:, 1]
    given = np.where(classes == 1, p, 1 - p)
    terms = -np.log(given)
    ones = classes.mean()
    theirs = binary_cross_entropy(
        torch.tensor(p), torch.tensor(classes, dtype=torch.float64), reduction="sum"
    )
    product = float(given.prod())
    difference = max(abs(float(theirs) - terms.sum()), abs(-np.log(product) - terms.sum()))
    shared = -(ones * np.log(SHARED) + (1 - ones) * np.log(1 - SHARED))
    accuracy = float((given > 0.5).mean())
    return Likelihood(p, classes, terms, accuracy, product, shared, float(difference))
