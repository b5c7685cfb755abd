"""Which picture does a class, a channel or a unit like best? Gradient ascent on the pixels."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine.config import knob
from engine.device import generator
from engine.networks.classifiers import Classifier, classifier
from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Event, State
from engine.runs.files import Arrays
from engine.runs.steps import film
from engine.runs.work import Work, work
from engine.topics.explain_images.dream import goals
from engine.topics.explain_images.dream.gradient_ascent import begin, elementwise, uphill
from engine.topics.explain_images.dream.question import (
    HELD_OUT,
    Look,
    arrays,
    by_picture,
    has_class,
    layer_of,
)
from engine.topics.explain_images.dream.regularisers import Regulariser
from engine.topics.explain_images.dream.regularisers.blur import Blur
from engine.topics.explain_images.dream.regularisers.clip_contribution import ClipContribution
from engine.topics.explain_images.dream.regularisers.clip_norm import ClipNorm
from engine.topics.explain_images.dream.regularisers.jitter import Jitter
from engine.topics.explain_images.dream.regularisers.l2 import L2
from engine.topics.explain_images.dream.regularisers.shrink import Shrink
from engine.topics.explain_images.dream.regularisers.total_variation import TotalVariation

ADAM = OPTIMIZERS["adam"]()
REAL = 16  # real pictures in one pass


@work
class ActivationMaximisation(Work):
    """x ← r_θ(x + η ∂S/∂x), with every regulariser r_θ that is switched on.

    Several first pictures climb side by side; the score of one never changes another.

    Source: Erhan et al. 2009; Simonyan et al. 2014, equation 1; Yosinski et al. 2015, section 3.
    """

    kind: ClassVar[str] = "dream"
    hashed: ClassVar[str] = "Maximise"

    network: str = Field("shapes_cnn", max_length=60)
    """Id of a classifier."""
    goal: Literal["class", "chance", "channel", "unit"] = knob(
        "class",
        "Quantity maximised",
        "The class's logit, its log-probability, one channel's mean, or one unit.",
        options={"class": "class", "chance": "probability", "channel": "channel", "unit": "unit"},
    )
    target: int = knob(4, "Class", "Its number.", ge=0, le=999)
    layer: str = knob(
        "", "Layer", "Of the channel or unit; empty: the last with feature maps.", max_length=80
    )
    channel: int = knob(0, "Channel", "Its number in the layer.", ge=0, le=2047)
    row: int = knob(-1, "Row of the unit", "−1 is the middle.", ge=-1, le=511, more=True)
    column: int = knob(-1, "Column of the unit", "−1 is the middle.", ge=-1, le=511, more=True)
    l2: L2 = L2()
    shrink: Shrink = Shrink()
    blur: Blur = Blur()
    clip_norm: ClipNorm = ClipNorm()
    clip_contribution: ClipContribution = ClipContribution()
    jitter: Jitter = Jitter(share=0.06)
    total_variation: TotalVariation = TotalVariation(weight=0.003)
    box: bool = knob(
        True,
        "Only real pictures",
        "Pixels stay between black and white. Off: the network is shown values that no picture "
        "has, and what is drawn is cut off.",
    )
    noise: float = knob(
        0.3, "First noise", "Standard deviation of the first picture; 0 starts at the mean.",
        ge=0, le=2, step=0.05, more=True,
    )  # fmt: skip
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        ADAM, "Optimizer", "The rule that turns a gradient into a step.", more=True
    )
    learning_rate: float = knob(0.05, "Learning rate", ge=1e-4, le=10, log=True)
    steps: int = knob(120, "Steps", ge=10, le=2000, log=True)
    seeds: int = knob(4, "Seeds", "First pictures that climb side by side.", ge=1, le=8)
    seed: int = knob(0, "First seed", ge=0, le=2**31 - 1, more=True)

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, object]) -> list[str] | None:
        return elementwise() if name == "optimizer" else None

    def regularisers(self) -> list[Regulariser]:
        """Those that are switched on, in the order they act."""
        values = [getattr(self, name) for name in type(self).model_fields]
        return [value for value in values if isinstance(value, Regulariser) and value.active]

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        network = classifier(self.network)
        examples = network.examples(HELD_OUT)
        mine = examples.y == self.target if self.goal in ("class", "chance") else examples.y >= -1
        return maximise(self, network, device, start, until, examples.x[mine])


def maximise(
    config: ActivationMaximisation,
    network: Classifier,
    device: torch.device,
    start: State | None = None,
    until: int | None = None,
    real: Tensor | None = None,
) -> Iterator[Event]:
    """Climb.

    Args:
        real: (N, C, H, W) pictures to compare with, as the network takes them.

    Yields:
        Started (facts: layer, where there is one; best_real, the highest score of `real`). Metrics
        of picture i: `score:i`, the goal without what regularisers take, and `penalty:i`, that;
        `slope:i`, the root mean square of the score's gradient, in score per unit of the model's
        input; `probability:i` of the class. Frame: pictures (B, C, H, W) uint8, probabilities
        (B, K) float32. Checkpoint, and Done (weights: x (B, C, H, W), the pictures as the model
        takes them) or Paused.

    Raises:
        ValueError: there is no such class, layer or channel.
    """
    look = Look(network, device)
    parts, layer = config.regularisers(), ""
    if config.goal in ("channel", "unit"):
        layer = layer_of(network, config.layer)
    else:
        has_class(network, config.target)

    def score(x: Tensor) -> Tensor:
        match config.goal:
            case "class":
                return goals.class_score(look.model, x, config.target)
            case "chance":
                return goals.class_chance(look.model, x, config.target)
            case "channel":
                return goals.channel(look.model, x, layer, config.channel)
        return goals.unit(look.model, x, layer, config.channel, config.row, config.column)

    def penalty(x: Tensor) -> Tensor:
        return sum((part.penalty(x) for part in parts), x.new_zeros(len(x)))

    def advance(state: State, step: int) -> State:
        draw = generator(config.seed, "dream", step)

        def total(values: State) -> Tensor:
            x = values["x"]
            for part in parts:
                x = part.shown(x, draw)
            return score(x) - penalty(values["x"])

        new, slopes = uphill(state, ("x",), config.optimizer, config.learning_rate, step, total)
        for part in parts:
            new["x"] = part.after(new["x"], slopes["x"], step)
        return new | {"x": look.inside(new["x"])} if config.box else new

    def observe(state: State) -> tuple[dict[str, float], Arrays]:
        x = state["x"].detach().requires_grad_()
        with torch.enable_grad():
            scores = score(x)
            (slope,) = torch.autograd.grad(scores.sum(), x)
        pictures, chances = look(state["x"])
        rows = {
            "score": scores.detach(),
            "penalty": penalty(state["x"]),
            "slope": slope.square().flatten(1).mean(1).sqrt(),
        }
        if config.goal in ("class", "chance"):
            rows["probability"] = chances[:, config.target]
        return by_picture(rows), arrays(pictures, chances)

    facts: dict[str, str | int | float] = {"layer": layer}
    if real is not None and len(real):
        with torch.no_grad():
            best = [score(part.to(device)).max().item() for part in real.split(REAL)]
        facts["best_real"] = max(best)
    x = torch.stack([noise(network.shape, config.seed + i) for i in range(config.seeds)])
    x = (config.noise * x).to(device)
    first = begin({"x": look.inside(x) if config.box else x}, config.optimizer)
    yield from film(first, config.steps, advance, observe, start, until, facts)


def noise(shape: tuple[int, ...], seed: int) -> Tensor:
    """Normal noise of mean 0 and variance 1, the same for the same seed and shape."""
    return torch.randn(shape, generator=generator(seed, "dream", "first"))
