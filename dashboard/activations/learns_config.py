"""What is compared in "Which one learns"? Activations on one task, or hidden units on XOR."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from engine.config import Config, knob
from engine.data import DATASETS
from engine.nn.activations import ACTIVATIONS
from engine.topics.activations.which_learns import EIGHT
from engine.training.config import TrainConfig
from engine.words import said

Name = Annotated[str, Field(max_length=40)]
Units = Annotated[int, Field(ge=0, le=256)]
POINTS = tuple(
    id for id, data in DATASETS.items() if data.kind == "points" and data.task == "classification"
)


class LearnsConfig(Config):
    """One comparison of networks that share everything but what is compared."""

    question: Literal["activations", "xor"] = knob(
        "activations",
        "Compare",
        "Several activations in one network, or several widths on XOR.",
        options={"activations": "activations", "xor": "hidden units on XOR"},
    )
    activations: Annotated[tuple[Name, ...], ACTIVATIONS.several()] = knob(
        EIGHT, "Activations", max_length=16
    )
    units: tuple[Units, ...] = knob(
        (0, 1, 2, 4, 16), "Hidden units", "In one layer; 0 is a linear classifier.", max_length=8
    )
    xor_activation: Name = knob("tanh", "Activation")
    seeds: int = knob(8, "Seeds", "First weights tried for each.", ge=1, le=16)
    base: TrainConfig = TrainConfig(epochs=100)

    @field_validator("xor_activation")
    @classmethod
    def _known_one(cls, name: str) -> str:
        if name not in ACTIVATIONS:
            raise ValueError(ACTIVATIONS.unknown(name))
        return name

    @field_validator("units")
    @classmethod
    def _some(cls, units: tuple[int, ...]) -> tuple[int, ...]:
        if not units:
            raise ValueError(said("At least one number of hidden units is needed."))
        return units

    @field_validator("base")
    @classmethod
    def _in_the_plane(cls, base: TrainConfig) -> TrainConfig:
        if base.data.id not in POINTS:
            raise ValueError(
                said(
                    "Only points with classes have decision surfaces. Possible: {ids}. "
                    "Received: {received}.",
                    ids=", ".join(POINTS),
                    received=repr(base.data.id),
                )
            )
        return base

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        """Points in the plane have surfaces."""
        return list(POINTS) if name == "base.data" else None
