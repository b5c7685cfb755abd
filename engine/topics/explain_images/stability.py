"""Is the same picture explained in the same way again: under noise, other seeds, other baselines?

Source: Alvarez-Melis and Jaakkola 2018, On the robustness of interpretability methods, for noise;
the spread over an explainer's own randomness is measured in the same way.
"""

import copy
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn

from engine.config import knob
from engine.device import generator
from engine.explain.baselines import OPTIONS
from engine.explain.maps.similarity import spearman
from engine.explain.methods import METHODS, Method, MethodIds
from engine.networks.classifiers import classifier
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.files import Arrays
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.topics.explain_images.questions import picture_knob, target_knob

Name = Annotated[str, Field(max_length=40)]
FIRST = ("saliency", "smooth_grad", "integrated_gradients", "guided_backprop", "lrp", "grad_cam",
         "occlusion", "kernel_shap")  # fmt: skip
PICTURES = 240  # that `picture` is a number of


class Repeats(NamedTuple):
    """What one method said of the same picture again and again."""

    agreement: float  # mean Spearman correlation over all pairs of its maps, -1..1
    sizes: float  # the same of their absolute values: comparable with methods without signs
    arrays: Arrays  # mean and spread (H, W), in units of the mean map's largest size
    seconds: float


@work
class Stability(Work):
    """One picture, explained many times with one thing changed."""

    kind: ClassVar[str] = "stability"
    hashed: ClassVar[str] = "Stability"

    network: Name = knob("shapes_cnn", "Network", max_length=40)
    picture: int = picture_knob()
    target: int = target_knob(more=True)
    methods: MethodIds = knob(FIRST, "Methods", "Compared on equal terms.", max_length=40)
    vary: Literal["noise", "seed", "baseline"] = knob(
        "noise",
        "What changes",
        "Noise on the picture; the seed of methods that draw; or what a method compares with.",
        options={"noise": "noise", "seed": "seeds", "baseline": "baselines"},
    )
    noise: float = knob(
        0.1, "Noise", "Standard deviation, in units of the data's own.", ge=0.01, le=1, log=True
    )
    repeats: int = knob(12, "Repeats", "Of noise and seeds; there are six baselines.", ge=3, le=50)
    seed: int = knob(0, "Seed", ge=0, le=2**31 - 1, more=True)

    @property
    def compared(self) -> tuple[str, ...]:
        """The methods in which something can change."""
        if self.vary != "baseline":
            return self.methods
        return tuple(n for n in self.methods if "baseline" in METHODS[n].model_fields)

    @property
    def times(self) -> int:
        """How often each method explains the picture."""
        return len(OPTIONS) if self.vary == "baseline" else self.repeats

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return stability(self, device, start, until)


def stability(
    config: Stability, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Explain again and again, one method after the other.

    Yields:
        Started (facts: same, the pictures whose answer the change leaves as it was). After method
        s: Metrics `agreement:<method>`, the mean Spearman correlation over all pairs of its maps,
        and `sizes:<method>`, the same of their absolute values; a Frame with `mean` and `spread`
        (H, W): the mean map, channels summed, and the standard deviation of each pixel over the
        repeats, both divided by the mean map's largest size; NaN where a method cannot explain the
        network. Checkpoint, Done or Paused.

    Raises:
        ValueError: the network is not here; a sentence.
    """
    steps = Steps(start, until)
    of = classifier(config.network)
    examples = of.examples(PICTURES)
    x = examples.x[config.picture % len(examples.x)][None].to(device)
    model = copy.deepcopy(of.model).to(device)
    with torch.no_grad():
        logits = model(x)[0]
    inputs = inputs_of(config, x)
    same = unmoved(model, x, inputs)
    target = config.target if 0 <= config.target < len(logits) else int(logits.argmax())
    names = config.compared
    yield steps.begin(len(names), {"same": same, "inputs": len(inputs)})
    for step in steps:
        name = names[step - 1]
        found = again(config, name, model, inputs, target)
        yield Metrics(step, {f"agreement:{name}": found.agreement, f"sizes:{name}": found.sizes})
        yield Frame(step, found.arrays)
        yield steps.checkpoint()
    yield steps.finish({})


def again(config: Stability, name: str, model: nn.Module, inputs: Tensor, target: int) -> Repeats:
    """One method on one picture, again and again. Leaves the model as it was.

    Args:
        config: what changes, and how often.
        name: of the method.
        model: from (B, C, H, W) to logits (B, K).
        inputs: (R, C, H, W) as `inputs_of` gives them.
        target: class.
    """
    begun = time.perf_counter()
    maps = _repeated(config, METHODS[name](), model, inputs, target)  # (R, H, W)
    mean = maps.mean(0)
    size = mean.abs().max().clamp(min=1e-12)
    arrays = {"mean": mean / size, "spread": maps.std(0) / size}
    return Repeats(
        agreement(maps),
        agreement(maps.abs()),
        {k: v.float().cpu().numpy().astype(np.float32) for k, v in arrays.items()},
        time.perf_counter() - begun,
    )


def unmoved(model: nn.Module, x: Tensor, inputs: Tensor) -> int:
    """How many of the inputs (R, C, H, W) have the answer of the picture x (1, C, H, W)."""
    with torch.no_grad():
        return int((model(inputs).argmax(1) == model(x).argmax(1)).sum())


def inputs_of(config: Stability, x: Tensor) -> Tensor:
    """(R, C, H, W) the picture with different noise; once where the picture does not change."""
    if config.vary != "noise":
        return x
    draw = generator(config.seed, "stability")
    noise = torch.randn(config.repeats, *x.shape[1:], generator=draw).to(x)
    return x + config.noise * noise


def _repeated(
    config: Stability, method: Method, model: nn.Module, inputs: Tensor, target: int
) -> Tensor:
    """(R, H, W) maps, channels summed; NaN where the method refuses the network."""
    targets = torch.full((len(inputs),), target, device=inputs.device)
    try:
        match config.vary:
            case "noise":
                found = method.attribute(model, inputs, targets, config.seed)
            case "seed":
                repeats = config.repeats if method.random else 1
                found = torch.cat([
                    method.attribute(model, inputs, targets, config.seed + i)
                    for i in range(repeats)
                ])  # fmt: skip
                if not method.random:  # it is the same every time
                    found = found.expand(config.repeats, -1, -1, -1)
            case _:
                found = torch.cat([
                    method.with_("baseline", kind).attribute(model, inputs, targets, config.seed)
                    for kind in OPTIONS
                ])  # fmt: skip
    except ValueError:
        return torch.full((2, *inputs.shape[2:]), float("nan"), device=inputs.device)
    return found.sum(1)


def agreement(maps: Tensor) -> float:
    """Mean Spearman correlation over all pairs of maps (R, H, W), -1..1; NaN where maps are."""
    if not bool(maps.isfinite().all()):
        return float("nan")
    first, second = torch.triu_indices(len(maps), len(maps), 1)
    return float(spearman(maps[first], maps[second]).mean())
