"""What does a network lose when a square is covered? Three maps of where the square lies."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from engine.config import Config, knob
from engine.explain.networks.feature_maps import feature_layers
from engine.explain.networks.private import private
from engine.networks.classifiers import Classifier, classifier
from engine.runs.events import Event, State
from engine.runs.files import Arrays
from engine.runs.steps import film
from engine.runs.work import Work, work
from engine.topics.explain_images.dream.goals import answers_of
from engine.topics.explain_images.dream.question import held_out, layer_of
from engine.words import said

BATCH = 16  # covered pictures in one pass; more leave a processor's cache
MOST = 1600  # places of the square


class OcclusionMapsConfig(Config):
    """How the square slides."""

    layer: str = knob("", "Layer", "Of the strongest feature map; empty: the last.", max_length=80)
    window: int = knob(16, "Square", "Its side.", ge=1, le=128, unit="pixels")
    stride: int = knob(6, "Stride", "From one place to the next.", ge=1, le=64, unit="pixels")
    colour: Literal["grey", "black", "white", "mean"] = knob(
        "grey",
        "Colour",
        "Of the square; the mean colour is that of the picture.",
        options={"grey": "grey", "black": "black", "white": "white", "mean": "mean colour"},
    )
    channel: int = Field(-1, ge=-1, le=2047)
    """The feature map that is followed; −1: the strongest."""


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionMaps:
    """R rows and S columns of places; all without the square comes as single numbers."""

    rows: NDArray[np.int64]  # (R,) middle of the square, in pixels from the top
    columns: NDArray[np.int64]  # (S,)
    activity: NDArray[np.float32]  # (R, S) sum over the strongest feature map; nan: it has none
    probability: NDArray[np.float32]  # (R, S) of the class, 0..1
    best: NDArray[np.int64]  # (R, S) most probable class
    layer: str  # empty: the network has no feature maps
    channel: int
    full_activity: float
    full_probability: float
    full_best: int


def places(size: int, window: int, stride: int) -> NDArray[np.int64]:
    """First pixels of the window along a side: both ends are reached, nothing lies outside.

    Args:
        size: pixels of the side.
        window: of the square, at most the size is used.
        stride: wanted; the last step may be shorter.
    """
    last = size - min(window, size)
    return np.unique(np.append(np.arange(0, last + 1, stride), last))


def grid(
    side: tuple[int, ...], config: OcclusionMapsConfig
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First rows (R,) and first columns (S,) of the square on a picture of H by W pixels.

    Raises:
        ValueError: there are more than `MOST` places.
    """
    top, left = (places(size, config.window, config.stride) for size in side)
    if len(top) * len(left) > MOST:
        raise ValueError(
            said(
                "That is {n:,} places, at most {most:,} are tried: use a larger stride than "
                "{stride}.",
                n=len(top) * len(left),
                most=MOST,
                stride=config.stride,
            )
        )
    return top, left


def covered(x: Tensor, squares: list[tuple[int, int]], window: int, fill: Tensor) -> Tensor:
    """(B, C, H, W): the picture x (C, H, W), each time with a square at another first row and
    column, of that side and of the colour `fill` (C, 1, 1)."""
    pictures = x.repeat(len(squares), 1, 1, 1)
    for picture, (i, j) in zip(pictures, squares, strict=True):
        picture[:, i : i + window, j : j + window] = fill
    return pictures


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What is known before the square moves."""

    model: nn.Module  # a copy, with hooks of its own
    x: Tensor  # (C, H, W)
    target: int
    window: int
    fill: Tensor  # (C, 1, 1) colour of the square
    top: NDArray[np.int64]  # (R,) first rows of the square
    left: NDArray[np.int64]  # (S,) first columns
    facts: dict[str, str | int | float]  # layer, channel and what the network says uncovered

    @property
    def squares(self) -> list[tuple[int, int]]:
        return [(i, j) for i in self.top.tolist() for j in self.left.tolist()]

    @property
    def passes(self) -> int:
        return -(-len(self.top) * len(self.left) // BATCH)

    def blank(self) -> State:
        """By place (R S,): nothing is known yet."""
        count = len(self.top) * len(self.left)
        unknown = torch.full((count,), torch.nan)
        return {"activity": unknown, "probability": unknown, "best": torch.full((count,), -1)}

    def cover(self, known: State, number: int) -> State:
        """What is known after pass `number`, from 1."""
        layer, channel = str(self.facts["layer"]), int(self.facts["channel"])
        begin = (number - 1) * BATCH
        squares = self.squares[begin : begin + BATCH]
        pictures = covered(self.x, squares, self.window, self.fill)
        with torch.no_grad(), _listening(self.model, layer) as found:
            chances = self.model(pictures).softmax(1)
        unknown = torch.full((len(pictures),), torch.nan)
        new = {
            "activity": _sums(found[0])[:, channel] if found else unknown,
            "probability": chances[:, self.target],
            "best": chances.argmax(1),
        }
        return {
            name: torch.cat([old[:begin], new[name], old[begin + len(squares) :]])
            for name, old in known.items()
        }

    def arrays(self, known: State) -> Arrays:
        """The maps (R, S), unknown places as nan and -1, and where the square's middle lies."""
        shape = (len(self.top), len(self.left))
        half = [min(self.window, side) // 2 for side in self.x.shape[1:]]
        maps = {name: value.view(shape).numpy() for name, value in known.items()}
        return {"rows": self.top + half[0], "columns": self.left + half[1], **maps}


def sweep(network: Classifier, x: Tensor, target: int, config: OcclusionMapsConfig) -> Sweep:
    """Look at the whole picture x (C, H, W), and plan the places.

    Raises:
        ValueError: there are more than `MOST` places, or no such layer.
    """
    top, left = grid(x.shape[1:], config)
    model = private(network.model)
    maps = feature_layers(model, x[None])
    layer = layer_of(network, config.layer) if maps else ""
    with torch.no_grad(), _listening(model, layer) as found:
        full = model(x[None]).softmax(1)[0]
    sums = _sums(found[0])[0] if found else torch.zeros(1)  # (K,)
    channel = int(sums.argmax()) if config.channel < 0 else min(config.channel, len(sums) - 1)
    facts: dict[str, str | int | float] = {
        "layer": layer,
        "channel": channel,
        "full_activity": float(sums[channel]),
        "full_probability": float(full[target]),
        "full_best": int(full.argmax()),
    }
    fill = colour(network, x, config.colour)
    return Sweep(model, x, target, config.window, fill, top, left, facts)


def occlusion_maps(
    network: Classifier, x: Tensor, target: int, config: OcclusionMapsConfig
) -> OcclusionMaps:
    """Cover the picture everywhere with a square, and ask the network each time.

    The strongest feature map is that of the largest sum over the picture without the square; a
    network without feature maps has the other two maps alone.
    Leaves mode, parameters, `.grad` and hooks of the network as they were.

    Args:
        network: whose answers are looked at.
        x: (C, H, W) as the network takes it.
        target: class whose probability is mapped.

    Raises:
        ValueError: there are more than `MOST` places, or no such layer.

    Source: Zeiler and Fergus 2014, Visualizing and understanding convolutional networks.
    """
    plan = sweep(network, x, target, config)
    known = plan.blank()
    for number in range(1, plan.passes + 1):
        known = plan.cover(known, number)
    return OcclusionMaps(**plan.arrays(known), **plan.facts)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def effort(network: Classifier) -> int:
    """Multiplications of one pass over one picture, in convolutions and dense layers."""
    found: list[int] = []

    def count(module: nn.Module, _args: object, out: Tensor) -> None:
        weights = module.weight
        assert isinstance(weights, Tensor)
        found.append(weights.numel() * out[0, 0].numel())

    twin = private(network.model)
    for module in twin.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(count)
    with torch.no_grad():
        twin(torch.zeros(1, *network.shape))
    return sum(found)


@work
class Occlude(Work):
    """The maps of a held-out picture as a piece of work, for networks that take their time."""

    kind: ClassVar[str] = "occlusion_maps"
    hashed: ClassVar[str] = "Occlude"

    network: str = Field("shapes_cnn", max_length=60)
    picture: int = Field(0, ge=0, le=239)
    target: int = Field(0, ge=0, le=999)
    square: OcclusionMapsConfig = OcclusionMapsConfig()

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Frames are `Sweep.arrays`, facts those of the whole picture; always on the CPU."""
        network = classifier(self.network)
        plan = sweep(network, held_out(network, self.picture), self.target, self.square)

        def look(known: State) -> tuple[dict[str, float], Arrays]:
            return {"places": float((known["best"] >= 0).sum())}, plan.arrays(known)

        yield from film(plan.blank(), plan.passes, plan.cover, look, start, until, facts=plan.facts)


def colour(network: Classifier, x: Tensor, name: str) -> Tensor:
    """(C, 1, 1) the square's colour, as the network takes it.

    Args:
        x: (C, H, W) the picture, for its mean.
        name: "grey" is half way between black and white.
    """
    if name == "mean":
        return x.mean((1, 2), keepdim=True)
    level = {"grey": 0.5, "black": 0.0, "white": 1.0}[name]
    return network.scale(torch.full((x.shape[0], 1, 1), level))


def _listening(model: nn.Module, layer: str) -> AbstractContextManager[list[Tensor]]:
    """The answers of a layer as they come; none of a network without feature maps."""
    return answers_of(model, layer) if layer else nullcontext([])


def _sums(out: Tensor) -> Tensor:
    """(B, K) total activity of every channel of (B, K, h, w) or (B, K)."""
    return out.flatten(2).sum(2) if out.ndim > 2 else out
