"""What does training make of wrong masks? One small network with them, and one put right."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import torch
from pydantic import field_validator

from engine.autoregressive.density import Density
from engine.autoregressive.mask_stack import MaskedStack
from engine.autoregressive.masked import reset
from engine.autoregressive.masks import Masks, Padding, channel_matrix
from engine.autoregressive.masks_from_text import written
from engine.autoregressive.outputs import OUTPUTS
from engine.autoregressive.pictures import SOURCES, Levels
from engine.autoregressive.schemes import SCHEMES, Scheme
from engine.config import knob
from engine.data import DATASETS
from engine.runs.events import (
    Checkpoint,
    Diverged,
    Done,
    Event,
    Frame,
    Metrics,
    Paused,
    Started,
    State,
)
from engine.runs.work import Work, work
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.learner import DensityLearner
from engine.topics.autoregressive.museum import MUSEUM
from engine.training.loop import loop
from engine.words import said

LAYERS, CHANNELS, EPOCHS, LEARNING_RATE = 4, 32, 12, 0.005
CUSTOM = "custom"


@work
class Exhibit(Work):
    """A piece of the museum, or masks of one's own, in training.

    Its settings are named as those of the page, so that the page's link opens it.
    """

    kind: ClassVar[str] = "exhibit"
    hashed: ClassVar[str] = "Exhibit"

    piece: str = knob("b_first", "Piece", "Of the museum; or custom.")
    kernel: Literal[3, 5, 7] = knob(3, "Kernel", unit="pixels")
    first: str = knob("", "First mask", "Of custom masks.")
    later: str = knob("", "Later masks", "Of custom masks.")
    colour: bool = knob(False, "Three channels", "Of custom masks.")
    first_channels: str = knob("", "First channels", "Of custom masks.")
    later_channels: str = knob("", "Later channels", "Of custom masks.")
    stacks: bool = knob(False, "Two stacks", "Of custom masks.")
    vertical_first: str = knob("", "First vertical mask", "Of custom masks.")
    vertical_later: str = knob("", "Later vertical masks", "Of custom masks.")
    padding: Padding = knob(
        "zeros", "Outside the image", "Of custom masks.",
        options={"zeros": "zeros", "replicate": "the nearest pixel", "reflect": "the mirror image",
                 "circular": "the opposite side"},
    )  # fmt: skip
    seed: int = knob(0, "Seed", ge=0, le=9999)

    @field_validator("piece")
    @classmethod
    def _known(cls, piece: str) -> str:
        if piece not in MUSEUM and piece != CUSTOM:
            raise ValueError(
                said(
                    "There is no piece {piece!r}. Known: {known}, {custom}.",
                    piece=piece,
                    known=", ".join(MUSEUM),
                    custom=CUSTOM,
                )
            )
        return piece

    def masks(self) -> Masks:
        """Those that are looked at."""
        if self.piece in MUSEUM:
            return MUSEUM[self.piece].make(self.kernel)
        channels = (self.first_channels, self.later_channels) if self.colour else None
        vertical = (self.vertical_first, self.vertical_later) if self.stacks else None
        return written(self.kernel, self.first, self.later, channels, vertical, self.padding)

    def right(self) -> Scheme:
        """The scheme that was meant."""
        own = "two_stacks" if self.stacks else "single"
        return SCHEMES[MUSEUM[self.piece].meant if self.piece in MUSEUM else own]()

    def training(self) -> DensityConfig:
        """How both learn: digits, or small coloured shapes where the masks have three channels."""
        small = DATASETS["shapes"].model_validate({"size": 16, "examples": 1200})
        colour = {"data": small, "levels": 8} if self.masks().channels == 3 else {}
        return DensityConfig(
            source=SOURCES["images"].model_validate(colour),
            epochs=EPOCHS,
            learning_rate=LEARNING_RATE,
            conditional=False,
            seed=self.seed,
        )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return exhibit(self, device, start, until)


def density(masks: Masks, data: Levels, seed: int) -> Density:
    """An untrained network of these masks, legal or not, for these pictures."""
    output, order = OUTPUTS["softmax"](), tuple(range(masks.channels))
    net = MaskedStack(
        masks,
        LAYERS,
        CHANNELS,
        output.width(data.levels),
        mix=channel_matrix("B", order),
        residual=True,
    )
    return Density(reset(net, seed), output, data.levels, data.shape, 0, order)


def exhibit(
    config: Exhibit, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Both networks learn in step: the same pictures in the same order.

    Yields:
        Started; Metrics `these` and `right`, held-out bits/dim; Checkpoint; at the end a Frame
        with `these` and `right`, (n, C, H, W) uint8 levels drawn from the same uniforms, and Done
        with the bits/dim of both on the test part; or Paused, or Diverged.
    """
    plan = config.training()
    data = plan.pictures()
    masks = config.masks()
    meant = config.right().masks(config.kernel, tuple(range(masks.channels)))
    both = [
        loop(
            plan,
            DensityLearner(plan, data, device, density(each, data, config.seed)),
            None if start is None else _taken(start, name),
            until,
        )
        for name, each in (("these", masks), ("right", meant))
    ]
    last = Frame(0, {})
    for these, right in zip(*both, strict=False):
        match these, right:
            case (Diverged() as event, _) | (_, Diverged() as event):
                yield event
                return
            case Started(steps, facts), Started(_, others):
                same = {name: facts[name] for name in ("examples", "levels", "order_hash")}
                sizes = {"these": facts["parameters"], "right": others["parameters"]}
                yield Started(steps, same | sizes | {"runs": 2, "per_epoch": facts["per_epoch"]})
            case Metrics(step, values), Metrics(_, others) if "validation_loss" in values:
                yield Metrics(
                    step, {"these": values["validation_loss"], "right": others["validation_loss"]}
                )
            case Frame(step, {"samples": one}), Frame(_, {"samples": other}):
                last = Frame(step, {"these": one, "right": other})
            case Checkpoint(step, one), Checkpoint(_, other):
                yield Checkpoint(
                    step,
                    lambda one=one, other=other: {  # type: ignore[misc]
                        **{f"these/{name}": value for name, value in one().items()},
                        **{f"right/{name}": value for name, value in other().items()},
                    },
                )
            case Paused(), _:
                yield these
            case Done(step, values, _), Done(_, others, _):
                yield last
                yield Done(step, {"these": values["test_loss"], "right": others["test_loss"]}, {})


def _taken(state: State, name: str) -> State:
    """What one of both saved."""
    return {
        key.removeprefix(f"{name}/"): value
        for key, value in state.items()
        if key.startswith(f"{name}/")
    }
