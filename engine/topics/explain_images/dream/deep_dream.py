"""What does a network see in a picture? Inceptionism: whatever a layer answers, it gets more of."""

from collections.abc import Iterator
from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F

from engine.config import knob
from engine.device import generator
from engine.networks.classifiers import Classifier, classifier
from engine.runs.events import Event, State
from engine.runs.files import Arrays
from engine.runs.steps import film
from engine.runs.work import Work, work
from engine.topics.explain_images.dream import goals
from engine.topics.explain_images.dream.question import Look, arrays, by_picture, held_out, layer_of
from engine.topics.explain_images.dream.regularisers.jitter import Jitter
from engine.words import said

TINY = 1e-8  # in place of a slope that is zero everywhere


@work
class DeepDream(Work):
    """x ← x + η g / mean|g| with g = ∂/∂x ½ mean a², a the answer of a layer.

    First on the picture made small, then on larger and larger ones ("octaves"): what was lost by
    shrinking is put back before each.

    Source: Mordvintsev, Olah and Tyka 2015, Inceptionism: going deeper into neural networks, and
    their published program.
    """

    kind: ClassVar[str] = "inceptionism"
    hashed: ClassVar[str] = "Exaggerate"

    network: str = Field("shapes_cnn", max_length=60)
    """Id of a classifier."""
    image: int = knob(0, "Picture", "Number of the held-out picture.", ge=0, le=239)
    layer: str = knob(
        "", "Layer", "Whose answers are exaggerated; empty: the last with feature maps.",
        max_length=80,
    )  # fmt: skip
    channel: int = knob(
        -1, "Channel", "−1 exaggerates all; else only this one.", ge=-1, le=2047, more=True
    )
    enlarge: int = knob(2, "Enlarge", "Times the size of the picture.", ge=1, le=4)
    octaves: int = knob(3, "Octaves", "Sizes, from small to large.", ge=1, le=6)
    octave_scale: float = knob(
        1.4, "Octave scale", "From one size to the next.", ge=1.1, le=2, step=0.1, more=True
    )
    jitter: Jitter = Jitter(share=0.1)
    learning_rate: float = knob(
        0.02, "Step length", "Mean change of a pixel at a step, in units of the model's input.",
        ge=1e-3, le=1, log=True,
    )  # fmt: skip
    steps_each: int = knob(30, "Steps at each size", ge=1, le=300, log=True)
    seed: int = knob(0, "Seed", "Of the jitter.", ge=0, le=2**31 - 1, more=True)

    @property
    def steps(self) -> int:
        return self.octaves * self.steps_each

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        network = classifier(self.network)
        return exaggerate(self, network, held_out(network, self.image), device, start, until)


def sizes(config: DeepDream, height: int, width: int) -> list[tuple[int, int]]:
    """Rows and columns of every octave, small to large; none below 8 pixels."""
    found = []
    for octave in range(config.octaves):
        share = config.enlarge * config.octave_scale ** (octave + 1 - config.octaves)
        found.append((max(8, round(height * share)), max(8, round(width * share))))
    return found


def exaggerate(
    config: DeepDream,
    network: Classifier,
    x: Tensor,
    device: torch.device,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Exaggerate what a layer sees in x (C, H, W), given as the network takes it.

    Yields:
        Started (facts: layer). Metrics: `score:0`, half the mean square of the layer's answer.
        Frame: pictures (1, C, h, w) uint8, growing with the octaves, and probabilities (1, K).
        Checkpoint, and Done (weights: the picture as the network takes it) or Paused.

    Raises:
        ValueError: there is no such layer or channel, or the network takes one size only.
    """
    look, layer = Look(network, device), layer_of(network, config.layer)
    octaves = sizes(config, *x.shape[1:])
    original = x[None].to(device)  # (1, C, H, W)

    def score(x: Tensor) -> Tensor:
        if config.channel < 0:
            return goals.energy(look.model, x, layer)
        return goals.channel(look.model, x, layer, config.channel)

    def advance(state: State, step: int) -> State:
        octave, first = divmod(step - 1, config.steps_each)
        x = state["x"]
        if octave and not first:
            x = enlarge(x, original, octaves[octave])
        draw = generator(config.seed, "dream", step)
        x = x.detach().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(score(config.jitter.shown(x, draw)).sum(), x)
        change = slope / (slope.abs().mean() + TINY)
        return {"x": look.inside(x.detach() + config.learning_rate * change)}

    def observe(state: State) -> tuple[dict[str, float], Arrays]:
        pictures, chances = look(state["x"])
        with torch.no_grad():
            return by_picture({"score": score(state["x"])}), arrays(pictures, chances)

    first = {"x": look.inside(resized(original, octaves[0]))}
    _check(network, look, original, octaves)
    yield from film(first, config.steps, advance, observe, start, until, {"layer": layer})


@torch.no_grad()
def _check(network: Classifier, look: Look, x: Tensor, sizes: list[tuple[int, int]]) -> None:
    """Raises ValueError where the network does not take all sizes."""
    for size in sizes:
        try:
            look.model(resized(x, size))
        except RuntimeError:
            raise ValueError(
                said(
                    "{label} does not take pictures of {height} x {width} pixels, only of {rows} x "
                    "{columns}: set Enlarge and Octaves to 1.",
                    label=network.label,
                    height=size[0],
                    width=size[1],
                    rows=x.shape[2],
                    columns=x.shape[3],
                )
            ) from None


def enlarge(x: Tensor, original: Tensor, size: tuple[int, int]) -> Tensor:
    """The picture x at the next size, with the detail of the original that its size could not hold.

    Args:
        x: (1, C, h, w) dreamt so far.
        original: (1, C, H, W).
        size: rows and columns of the next.
    """
    lost = resized(original, size) - resized(resized(original, x.shape[2:]), size)
    return resized(x, size) + lost


def resized(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """(B, C, *size), bilinear, averaged where it gets smaller."""
    return F.interpolate(x, size, mode="bilinear", antialias=True, align_corners=False)
