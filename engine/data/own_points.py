"""Points that somebody puts on the plane: what would a network make of yours?"""

import math
from typing import Annotated, ClassVar, TypeAlias

import torch
from pydantic import Field, TypeAdapter, ValidationError

from engine.config import About
from engine.data._kept import Kept
from engine.data._spec import DATASETS, Data, DataError, Dataset, Kind
from engine.plain import Plain
from engine.words import said

MOST, CLASSES, REACH = 400, 4, 3  # points of a link, classes, and how far the axes go each way
MOST_KEPT = 4000  # points of a drawing that is too large for a link
Hundredths: TypeAlias = Annotated[int, Field(ge=-100 * REACH, le=100 * REACH)]
Drawn: TypeAlias = tuple[Hundredths, Hundredths, Annotated[int, Field(ge=0, lt=CLASSES)]]
_POINTS: TypeAdapter[tuple[Drawn, ...]] = TypeAdapter(
    Annotated[tuple[Drawn, ...], Field(max_length=MOST_KEPT)]
)


KEPT = Kept("drawn", ".json", most=20 * 2**20)


def keep(points: tuple[Drawn, ...]) -> str:
    """A name for more points than a link holds. Raises DataError where they cannot be kept."""
    return KEPT.keep(_POINTS.dump_json(points))


def _spiral() -> tuple[tuple[int, int, int], ...]:
    """Two arms of 24 points, to begin with."""
    arms = []
    for i in range(24):
        angle, radius = 0.3 * i, 30 + 9 * i
        x, y = round(radius * math.cos(angle)), round(radius * math.sin(angle))
        arms += [(x, y, 0), (-x, -y, 1)]
    return tuple(arms)


@DATASETS.register
class OwnPoints(Dataset):
    about: ClassVar[About] = About(
        id="own_points",
        label="Your own points",
        summary="Points that you put on the plane, of two to four classes.",
        formula=r"\{(x_i, y_i)\}_{i=1}^{N}",
        source="Rosenblatt 1958, The perceptron: a probabilistic model for information storage",
        url="https://doi.org/10.1037/h0042519",
    )
    kind: ClassVar[Kind] = "points"
    drawn: ClassVar[bool] = False
    points: tuple[Drawn, ...] = Field(_spiral(), max_length=MOST)
    """x1 and x2 in hundredths, and the number of the class."""
    kept: str = Field("", max_length=16, pattern="^([0-9a-f]{16})?$")
    """Name of a drawing of more points than a link holds; it stands for `points`."""

    @property
    def every(self) -> tuple[Drawn, ...]:
        """The points. Raises DataError where a kept drawing is not here."""
        if not self.kept:
            return self.points
        try:
            return _POINTS.validate_json(KEPT.read(self.kept))
        except ValidationError:
            raise DataError(said("The drawing of this link is damaged: draw it again.")) from None

    def source(self, plain: Plain, seed: str) -> str:
        """`load` with the points themselves, those of a kept drawing too."""
        whole = self.model_copy(update={"points": self.every, "kept": ""})
        return plain.call(whole, whole.load, seed)

    def load(self, seed: int) -> Data:
        if self.kept:
            return self.model_copy(update={"points": self.every, "kept": ""}).load(seed)
        found = torch.tensor(self.points, dtype=torch.int64).reshape(-1, 3)
        y = found[:, 2]
        if len(y.unique()) < 2:
            raise DataError(
                said("Points of at least two classes are needed: draw some of another one.")
            )
        names = tuple(said("class {number}", number=k + 1) for k in range(int(y.max()) + 1))
        return Data(x=found[:, :2].float() / 100, y=y, classes=names, features=("x1", "x2"))
