"""What does a network lose when a square is covered? Three maps of where the square lies."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from engine.config import Config, knob
from engine.explain.classifiers import Classifier
from engine.explain.dream.goals import answers_of
from engine.explain.dream.look import layer_of
from engine.nn.taps import evaluating

BATCH = 64  # covered pictures in one pass
MOST = 1600  # places of the square


class OcclusionMapsConfig(Config):
    """How the square slides."""

    layer: str = knob("", "Layer", "Of the strongest feature map; empty: the last.", max_length=80)
    window: int = knob(16, "Square", "Its side.", ge=1, le=128, unit="pixels")
    stride: int = knob(4, "Stride", "From one place to the next.", ge=1, le=64, unit="pixels")
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
    activity: NDArray[np.float32]  # (R, S) sum over the strongest feature map
    probability: NDArray[np.float32]  # (R, S) of the class, 0..1
    best: NDArray[np.int64]  # (R, S) most probable class
    layer: str
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


def occlusion_maps(
    network: Classifier, x: Tensor, target: int, config: OcclusionMapsConfig
) -> OcclusionMaps:
    """Cover the picture everywhere with a square, and ask the network each time.

    The strongest feature map is that of the largest sum over the picture without the square.
    Leaves mode, parameters, `.grad` and hooks of the network as they were.

    Args:
        network: whose answers are looked at.
        x: (C, H, W) as the network takes it.
        target: class whose probability is mapped.

    Raises:
        ValueError: there are more than `MOST` places, or no such layer.

    Source: Zeiler and Fergus 2014, figure 7.
    """
    height, width = x.shape[1:]
    top, left = (places(size, config.window, config.stride) for size in (height, width))
    if len(top) * len(left) > MOST:
        raise ValueError(
            f"That is {len(top) * len(left):,} places, at most {MOST:,} are tried: use a larger "
            f"stride than {config.stride}."
        )
    layer = layer_of(network, config.layer)
    fill = colour(network, x, config.colour)
    with evaluating(network.model), torch.no_grad(), answers_of(network.model, layer) as found:
        logits = network.model(x[None])
        sums = _sums(found.pop())[0]  # (K,)
        channel = int(sums.argmax()) if config.channel < 0 else min(config.channel, len(sums) - 1)
        full = logits[0].softmax(0)
        activity, probability, best = [], [], []
        squares = [(i, j) for i in top.tolist() for j in left.tolist()]
        for begin in range(0, len(squares), BATCH):
            part = x.repeat(len(squares[begin : begin + BATCH]), 1, 1, 1)
            for picture, (i, j) in zip(part, squares[begin : begin + BATCH], strict=True):
                picture[:, i : i + config.window, j : j + config.window] = fill
            chances = network.model(part).softmax(1)
            activity.append(_sums(found.pop())[:, channel])
            probability.append(chances[:, target])
            best.append(chances.argmax(1))
    shape = (len(top), len(left))
    half = np.array([min(config.window, height), min(config.window, width)]) // 2
    return OcclusionMaps(
        rows=top + half[0],
        columns=left + half[1],
        activity=torch.cat(activity).view(shape).numpy(),
        probability=torch.cat(probability).view(shape).numpy(),
        best=torch.cat(best).view(shape).numpy(),
        layer=layer,
        channel=channel,
        full_activity=float(sums[channel]),
        full_probability=float(full[target]),
        full_best=int(full.argmax()),
    )


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


def _sums(out: Tensor) -> Tensor:
    """(B, K) total activity of every channel of (B, K, h, w) or (B, K)."""
    return out.flatten(2).sum(2) if out.ndim > 2 else out
