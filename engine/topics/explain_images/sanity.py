"""Does an explanation change when the network forgets what it has learned?

Layers are drawn again from the top, one more at each step. A map that stays as it was shows the
picture, not what the network makes of it.

Source: Adebayo et al. 2018, Sanity checks for saliency maps, section 3.1.
"""

import copy
from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn

from engine.config import knob
from engine.explain.maps.packed import pack
from engine.explain.maps.similarity import spearman, ssim, strength
from engine.explain.methods import METHODS, MethodIds
from engine.explain.networks.untrained import layers_with_weights, redrawn
from engine.networks.classifiers import classifier
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.files import Arrays
from engine.runs.steps import Steps
from engine.runs.work import Work, work

Name = Annotated[str, Field(max_length=40)]
QUICK = ("saliency", "input_x_gradient", "integrated_gradients", "smooth_grad")
DEFAULT = (*QUICK, "guided_backprop", "deconvolution", "guided_grad_cam", "lrp", "grad_cam")
SHOWN = 4  # pictures whose maps are kept
UNMOVED = 0.5  # mean rank correlation with the original, above which a map is called unmoved


@work
class Sanity(Work):
    """Cascading randomisation of one network, and what it does to the maps of some methods."""

    kind: ClassVar[str] = "sanity"
    hashed: ClassVar[str] = "Sanity"

    network: Name = knob("shapes_cnn", "Network", max_length=40)
    methods: MethodIds = knob(DEFAULT, "Methods", "Compared on equal terms.", max_length=40)
    pictures: int = knob(24, "Pictures", "That similarities are averaged over.", ge=4, le=200)
    seed: int = knob(0, "Seed", "Draws the new weights.", ge=0, le=2**31 - 1, more=True)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return sanity(self, device, start, until)


def stages(model: nn.Module) -> list[tuple[str, list[str]]]:
    """From the top: each layer of weights with the normalisation behind it, (name, modules)."""
    found: list[tuple[str, list[str]]] = []
    modules = dict(model.named_modules())
    for name in layers_with_weights(model):
        if isinstance(modules[name], nn.Linear | nn.Conv2d) or not found:
            found.append((name, []))
        found[-1][1].append(name)
    return found[::-1]


def sanity(
    config: Sanity, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Randomise from the top, one layer more at each step.

    Yields:
        Started. At step s, with s layers drawn again: Metrics `spearman:<method>` and
        `ssim:<method>` of the maps' absolute values with those of the trained network, mean over
        the pictures, and `agreement` of answers; a Frame with the maps of the first pictures,
        channels summed and packed by method, and both (N,) of every picture.
        Checkpoint, Done or Paused.

    Raises:
        ValueError: the network is not here, or a method cannot explain it; a sentence.
    """
    steps = Steps(start, until)
    of = classifier(config.network)
    examples = of.examples(config.pictures)
    x = examples.x[: config.pictures].to(device)
    model = copy.deepcopy(of.model).to(device)
    with torch.no_grad():
        target = model(x).argmax(1)  # what the trained network says is explained throughout
    layers = stages(model)
    build = of.config.layers if of.config else None
    yield steps.begin(len(layers) + 1, {"layers": " ".join(name for name, _ in layers)})
    first = {name: _maps(name, model, x, target, config.seed) for name in config.methods}

    values: dict[str, float] = {}
    for step in steps:
        randomised = step - 1
        names = [name for _, group in layers[:randomised] for name in group]
        twin = redrawn(model, names, config.seed, build) if names else model
        with torch.no_grad():
            same_answer = (twin(x).argmax(1) == target).float().mean()
        arrays: Arrays = {}
        values = {"agreement": float(same_answer)}
        for name in config.methods:
            maps = _maps(name, twin, x, target, config.seed) if names else first[name]
            arrays |= pack(maps[:SHOWN].sum(1), name)
            for measure, alike in (("spearman", spearman), ("ssim", ssim)):
                same = alike(strength(first[name]), strength(maps))  # (N,)
                values[f"{measure}:{name}"] = float(same.mean())
                arrays[f"{measure}:{name}"] = same.numpy().astype(np.float32)
        yield Metrics(randomised, values)
        yield Frame(randomised, arrays)
        yield steps.checkpoint()
    yield steps.finish(values)


def _maps(name: str, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
    """(N, C, H, W) on the CPU."""
    return METHODS[name]().attribute(model, x, target, seed).cpu()
