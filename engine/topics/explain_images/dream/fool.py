"""Which picture is nothing at all, or hardly changed, and yet surely of a class?"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
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
from engine.topics.explain_images.dream.gradient_ascent import begin, elementwise, uphill
from engine.topics.explain_images.dream.question import (
    Look,
    arrays,
    by_picture,
    has_class,
    held_out,
)
from engine.topics.explain_images.dream.waves import NAMES, first_waves, paint

GREY = 255.0  # levels between black and white
COSTS = 6  # weights c of the change that are tried


@work
class Fool(Work):
    """log p(class) climbs, as an untrained eye would not believe.

    "change" looks for the smallest change r of a real picture: log p(class | x + r) − c‖r‖² with
    x + r between black and white, for several c at once (Szegedy et al. 2014, section 4.1, with
    the squared length in place of the length). "pixels" starts from noise and moves every pixel
    by itself, "waves" moves a sum of sinusoids: direct and indirect encoding (Nguyen, Yosinski and
    Clune 2015, section 2, by gradient as in their section 3.5, in place of evolution).
    """

    kind: ClassVar[str] = "fooling"
    hashed: ClassVar[str] = "Fool"

    network: str = Field("shapes_cnn", max_length=60)
    """Id of a classifier."""
    means: Literal["change", "pixels", "waves"] = knob(
        "change",
        "Fooled by",
        "A small change of a picture, noise pixel by pixel, or a sum of sinusoids.",
        options={"change": "a small change", "pixels": "noise", "waves": "sinusoids"},
    )
    image: int = knob(0, "Picture", "Number of the held-out picture.", ge=0, le=239)
    target: int = knob(5, "Class", "That the network shall believe in; its number.", ge=0, le=999)
    waves: int = knob(8, "Sinusoids", "Waves that are added up.", ge=1, le=64, log=True)
    bend: bool = knob(True, "Frequencies climb", "Off: only amplitudes and phases do.", more=True)
    cost: float = knob(
        30.0,
        "Highest cost c",
        "Weight of the squared change; six are tried, each a quarter of the last.",
        ge=0.1,
        le=10_000,
        log=True,
        more=True,
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", more=True
    )
    learning_rate: float = knob(0.01, "Learning rate", ge=1e-4, le=10, log=True)
    steps: int = knob(100, "Steps", ge=10, le=2000, log=True)
    seeds: int = knob(4, "Seeds", "First pictures side by side.", ge=1, le=8)
    seed: int = knob(0, "First seed", ge=0, le=2**31 - 1, more=True)

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, object]) -> list[str] | None:
        return elementwise() if name == "optimizer" else None

    @property
    def weights_of_change(self) -> list[float]:
        """The weights c of a change, falling; pixels are 0 to 1."""
        return [self.cost / 4**i for i in range(COSTS)]

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        network = classifier(self.network)
        return fool(self, network, held_out(network, self.image), device, start, until)


def fool(
    config: Fool,
    network: Classifier,
    x: Tensor,
    device: torch.device,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Climb from a real picture x (C, H, W), or from noise, or from random waves.

    Yields:
        Started. Metrics of picture i: `probability:i` of the class; of a change also `change:i`,
        its root mean square in grey levels (0 to 255), and `cost:i`, its c. Frame: pictures
        (B, C, H, W) uint8, probabilities (B, K). Of a change: `size` (B,) as `change:i`, and only
        the `smallest` of the pictures, (1, C, H, W), the cheapest where none fools, with its
        `change` (C, H, W) float16 in grey levels. Checkpoint, and Done or Paused.

    Raises:
        ValueError: there is no such class.
    """
    has_class(network, config.target)
    look = Look(network, device)
    original = (x[None].to(device) * look.std + look.mean).clamp(0, 1)  # (1, C, H, W)
    costs = torch.tensor(config.weights_of_change, device=device)  # (COSTS,)

    def painted(values: State) -> Tensor:
        """(B, C, H, W) in 0..1."""
        match config.means:
            case "change":
                return original + values["change"]
            case "pixels":
                return values["pixels"]
        return paint(values, *x.shape[1:])

    def score(values: State) -> Tensor:
        found = torch.log_softmax(look.model(look.scale(painted(values))), 1)[:, config.target]
        if config.means == "change":
            return found - costs * values["change"].square().flatten(1).sum(1)
        return found

    def advance(state: State, step: int) -> State:
        new, _ = uphill(state, names, config.optimizer, config.learning_rate, step, score)
        match config.means:  # back between black and white
            case "change":
                new["change"] = (original + new["change"]).clamp(0, 1) - original
            case "pixels":
                new["pixels"] = new["pixels"].clamp(0, 1)
        return new

    def observe(state: State) -> tuple[dict[str, float], Arrays]:
        with torch.no_grad():
            pictures, chances = look(look.scale(painted(state)))
            rows, frame = {"probability": chances[:, config.target]}, arrays(pictures, chances)
            if config.means == "change":
                grey = state["change"] * GREY
                size = grey.square().flatten(1).mean(1).sqrt()  # (B,)
                rows |= {"change": size, "cost": costs}
                frame["size"] = size.cpu().numpy()
                chosen = smallest(frame["probabilities"], frame["size"], config.target)
                number = COSTS - 1 if chosen is None else chosen
                frame["pictures"] = frame["pictures"][number : number + 1]
                frame["change"] = grey[number].half().cpu().numpy()
        return by_picture(rows), frame

    values = {name: value.to(device) for name, value in first(config, network.shape).items()}
    fixed = not config.bend and config.means == "waves"
    names = tuple(name for name in values if not (fixed and name == "frequency"))
    yield from film(begin(values, config.optimizer), config.steps, advance, observe, start, until)


def first(config: Fool, shape: tuple[int, int, int]) -> State:
    """What climbs before the first step, by name, each (B, ...)."""
    seeds = range(config.seed, config.seed + config.seeds)
    match config.means:
        case "change":
            return {"change": torch.zeros(COSTS, *shape)}
        case "pixels":
            draws = [torch.rand(shape, generator=generator(seed, "fool")) for seed in seeds]
            return {"pixels": torch.stack(draws)}
    each = [first_waves(config.waves, shape[0], seed) for seed in seeds]
    return {name: torch.stack([waves[name] for waves in each]) for name in NAMES}


def smallest(chances: NDArray[Any], size: NDArray[Any], target: int) -> int | None:
    """The picture with the smallest change of those that the network takes for the class.

    Args:
        chances: (B, K) probabilities.
        size: (B,) of the changes.
        target: the class.

    Returns:
        Its number, or None where the network is not fooled.
    """
    fooled = chances.argmax(1) == target
    return int(np.where(fooled, size, np.inf).argmin()) if fooled.any() else None
