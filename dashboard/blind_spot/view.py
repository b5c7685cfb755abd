"""What can be set on the blind-spot page? Everything, in one link."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from engine.autoregressive.masks import Padding
from engine.autoregressive.orders import ORDERS, Order
from engine.autoregressive.schemes import SCHEMES, Scheme
from engine.config import Config, knob
from engine.models import MODELS, Model
from engine.topics.autoregressive.exhibit import CUSTOM
from engine.topics.autoregressive.museum import MUSEUM
from engine.words import said

Dilations = tuple[Annotated[int, Field(ge=1, le=8)], ...]
PIECES = {id: piece.title for id, piece in MUSEUM.items()} | {CUSTOM: said("Your own masks")}


def _known(piece: str) -> str:
    if piece not in PIECES:
        raise ValueError(
            said(
                "The museum has no piece {piece!r}. Possible: {pieces}.",
                piece=piece,
                pieces=", ".join(PIECES),
            )
        )
    return piece


class SpotView(Config):
    """The sections share their knobs, so that a question can be carried from one to the next."""

    scheme: Annotated[Scheme, SCHEMES.field()] = knob(
        SCHEMES["single"](), "Scheme", "Which neighbours each layer may look at."
    )
    beside: Annotated[Scheme, SCHEMES.field()] = knob(
        SCHEMES["two_stacks"](), "Compared with", "The scheme drawn on the right."
    )
    kernel: Literal[3, 5, 7] = knob(
        3, "Kernel", "Side of a filter.", unit="pixels", options={"3": "3", "5": "5", "7": "7"}
    )
    layers: int = knob(5, "Layers", "Masked convolutions on each other.", ge=1, le=10)
    dilation: int = knob(1, "Dilation", "Pixels between two cells of a filter.", ge=1, le=4)
    dilations: Dilations = knob(
        (),
        "Dilations, layer by layer",
        "Of the layers in turn, over and over, as 1, 2, 1, 4; empty: the one above for all.",
        max_length=16,
        more=True,
    )
    size: int = knob(15, "Image", "Side of the image.", ge=7, le=32, unit="pixels")
    row: int = knob(9, "Target row", "Or click a pixel.", ge=0, le=31, more=True)
    column: int = knob(7, "Target column", "Or click a pixel.", ge=0, le=31, more=True)
    solid: bool = knob(False, "In three dimensions", "The field of each layer, stacked.")
    weights: Literal["positive", "random", "trained"] = knob(
        "random",
        "Weights",
        "Positive ones cannot cancel and silence no unit; trained ones are of the shipped digits "
        "model, with its own masks and size.",
        options={"positive": "positive", "random": "random", "trained": "trained"},
    )
    maps: int = knob(4, "Feature maps", "Of each layer of the measured network.", ge=1, le=16)
    seed: int = knob(0, "Seed", "Draws the random weights.", ge=0, le=9999)
    piece: Annotated[str, AfterValidator(_known)] = knob(
        "b_first",
        "Museum of masks",
        "Masks that leak or lose context. Each says whether it was published, where, and what its "
        "author meant.",
    )
    first: str = knob("", "First mask", "Cells, row by row: 1 may look, 0 may not.")
    later: str = knob("", "Later masks", "Cells, row by row: 1 may look, 0 may not.")
    colour: bool = knob(
        False, "Three channels", "Red, green and blue, generated one after the other in each pixel."
    )
    first_channels: str = knob("", "First channels", "3 × 3, row by row: 1 may look, 0 may not.")
    later_channels: str = knob("", "Later channels", "3 × 3, row by row: 1 may look, 0 may not.")
    stacks: bool = knob(
        False,
        "Two stacks",
        "A vertical stack beside the horizontal one, with masks of its own; its sum joins the "
        "horizontal stack in each layer.",
    )
    vertical_first: str = knob("", "First vertical mask", "Cells, row by row: 1 may look.")
    vertical_later: str = knob("", "Later vertical masks", "Cells, row by row: 1 may look.")
    padding: Padding = knob(
        "zeros",
        "Outside the image",
        "What a filter finds where it reaches over the border.",
        options={
            "zeros": "zeros",
            "replicate": "the nearest pixel",
            "reflect": "the mirror image",
            "circular": "the opposite side",
        },
    )
    channel: Literal[0, 1, 2] = knob(
        0,
        "Target's channel",
        "Whose field is drawn.",
        options={"0": "red", "1": "green", "2": "blue"},
    )
    order: Annotated[Order, ORDERS.field()] = knob(
        ORDERS["raster"](), "Order", "Which pixel is generated when."
    )
    history: int = knob(
        10, "History k", "Pixels generated just before.", ge=1, le=200, unit="pixels"
    )
    levels: int = knob(2, "Levels D", "Values of a pixel.", ge=2, le=256, log=True)
    trained: bool = knob(
        False,
        "Train the network",
        "The same network, trained on shapes; it starts a short training.",
    )
    network: Annotated[Model, MODELS.field()] = knob(
        MODELS["resnet"].model_validate({"blocks": 3}), "Network", "Any image network of the app."
    )

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "network":
            return [id for id, model in MODELS.items() if model.kinds == ("image",)]
        return None

    @property
    def steps(self) -> tuple[int, ...]:
        """The dilation of each layer."""
        given = self.dilations or (self.dilation,)
        return tuple(given[layer % len(given)] for layer in range(self.layers))

    @property
    def target(self) -> tuple[int, int]:
        """Row and column, inside the image whatever the link says."""
        return min(self.row, self.size - 1), min(self.column, self.size - 1)
