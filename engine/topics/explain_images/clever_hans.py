"""Do explanations reveal that a network cheats?

Each picture carries a small coloured mark that names its class with probability ρ. The larger ρ,
the less a network needs to look at the object. Clever Hans was a horse that read its answers from
the faces around it (Pfungst 1907); Lapuschkin et al. 2019 found networks that do the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import Field, field_validator
from torch import Tensor, nn

from engine.config import knob
from engine.data import DATASETS
from engine.data.shapes import Shapes
from engine.explain.maps.packed import pack
from engine.explain.methods import METHODS, MethodIds
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.nn.layers import Layers
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, State
from engine.runs.files import Arrays
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.scenes.render import mark_side, render
from engine.scenes.scene import SHAPES, Scene
from engine.training.config import TrainConfig
from engine.training.loop import Plan
from engine.training.train import train
from engine.words import said

Name = Annotated[str, Field(max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]
TESTS = ("agrees", "removed", "wrong", "moved")  # what happens to the mark in a test picture
SHOWN = 4  # pictures whose maps are kept
TESTED = 600  # pictures that accuracies are measured on
DEFAULT = (
    "saliency",
    "input_x_gradient",
    "integrated_gradients",
    "smooth_grad",
    "guided_backprop",
    "deep_lift",
    "lrp",
    "grad_cam",
    "layer_cam",
    "occlusion",
    "feature_ablation",
)


@work
class CleverHans(Work):
    """One network for each ρ, from the same weights, on the same pictures; only marks differ."""

    kind: ClassVar[str] = "clever_hans"
    hashed: ClassVar[str] = "CleverHans"

    agreements: tuple[Share, ...] = knob(
        (0.0, 0.5, 0.8, 0.95, 1.0),
        "Agreements ρ",
        "Probability that a mark names the class in training; otherwise it is any. One network for "
        "each; the first is what the others are compared with.",
        max_length=8,
    )
    methods: MethodIds = knob(DEFAULT, "Methods", max_length=40)
    pictures: int = knob(60, "Pictures", "That maps are measured on.", ge=12, le=300)
    size: int = knob(32, "Size", ge=16, le=64, step=8, unit="pixels", more=True)
    examples: int = knob(3000, "Examples", "Before the split.", ge=200, le=8000, log=True)
    epochs: int = knob(14, "Epochs", ge=1, le=60, unit="epochs")
    seed: int = knob(0, "Seed", ge=0, le=2**31 - 1, more=True)

    @field_validator("agreements")
    @classmethod
    def _some(cls, agreements: tuple[float, ...]) -> tuple[float, ...]:
        if not agreements:
            raise ValueError(said("At least one agreement is needed."))
        return agreements

    def training(self, agreement: float) -> TrainConfig:
        """How the network of one ρ is trained."""
        return TrainConfig(
            data=DATASETS["shapes"].model_validate(
                {
                    "mark": "corner",
                    "agreement": agreement,
                    "size": self.size,
                    "examples": self.examples,
                }
            ),
            model=MODELS["cnn"].model_validate({"channels": (16, 32, 64)}),
            layers=Layers(
                activation=ACTIVATIONS["relu"](),
                initialiser=INITIALISERS["he_normal"](),
                normalisation="batch",
            ),
            optimizer=OPTIMIZERS["adamw"](),
            schedule=SCHEDULES["one_cycle"](),
            learning_rate=0.004,
            batch_size=50,
            epochs=self.epochs,
            seed=self.seed,
            data_seed=self.seed,
        )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return clever_hans(self, device, start, until)


def marked(data: Shapes, count: int, seed: int) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """The same new pictures with their mark agreeing, removed, naming another class, and moved to
    the opposite corner: by name (N, C, H, W) in 0..1; the classes (N,), the objects (N, H, W)."""
    scene: Scene = type(data)(**{**dict(data), "examples": max(60, count)}).scenes(seed + 1)
    scene = scene.take(list(range(count)))
    n = len(SHAPES)
    found = {}
    for name, mark in (
        ("agrees", scene.shape),
        ("removed", torch.full_like(scene.shape, -1)),
        ("wrong", (scene.shape + 1 + torch.arange(count) % (n - 1)) % n),
    ):
        x, masks = render(replace(scene, mark=mark), data.size, data.colour)
        found[name] = x.float() / 255
    side = mark_side(data.size)
    found["moved"] = found["removed"].clone()
    found["moved"][..., -side:, -side:] = found["agrees"][..., :side, :side]
    return found, scene.shape, masks


def clever_hans(
    config: CleverHans, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Train one network after the other, and look at each.

    Yields:
        Started. While network i learns: Metrics `validation_accuracy:<i>`. When it is ready:
        Metrics `<test>:<i>`, accuracy on the test pictures with their mark treated so, and a Frame
        with `<i>/mark/<method>` and `<i>/object/<method>` (N,), the shares of the positive
        attributions that lie on the mark and on the object, of the class that the network names
        where the mark agrees; `<i>/pictures`
        (4, C, H, W) in 0..1 and their maps, packed as `<i>/map/<method>`.
        Checkpoint, and Done or Paused.
    """
    steps, inner = Steps(start, until), None
    if start is not None:
        inner = {k.removeprefix("inner/"): v for k, v in start.items() if k.startswith("inner/")}
    trainings = [config.training(agreement) for agreement in config.agreements]
    each = Plan.of(trainings[0], len(trainings[0].prepared().train.x)).steps + 1
    yield steps.begin(each * len(trainings), {"networks": len(trainings)})
    summary: dict[str, float] = {}
    for i, training in enumerate(trainings):
        if steps.done >= (i + 1) * each:
            continue
        weights: State = {}
        for event in train(training, device, inner or None):
            match event:
                case Metrics(at, values) if "validation_accuracy" in values:
                    name = f"validation_accuracy:{i}"
                    yield Metrics(i * each + at, {name: values["validation_accuracy"]})
                case Checkpoint(at, save):
                    steps.done = i * each + at
                    yield steps.checkpoint(partial(_inner, save))
                    if steps.done >= steps.end:
                        yield steps.finish({})
                        return
                case Done(_, _, weights):
                    pass
                case _:
                    pass
        inner = None
        if not weights:  # it diverged
            raise ValueError(
                said("The network of ρ = {rho:g} did not learn.", rho=config.agreements[i])
            )
        steps.done = step = (i + 1) * each
        values, arrays = look(config, training, weights, device)
        values = {f"{name}:{i}": value for name, value in values.items()}
        summary |= values
        yield Metrics(step, values)
        yield Frame(step, {f"{i}/{name}": array for name, array in arrays.items()})
        yield steps.checkpoint()
    yield steps.finish(summary)


def _inner(save: Callable[[], State]) -> State:
    return {f"inner/{name}": value for name, value in save().items()}


def look(
    config: CleverHans, training: TrainConfig, weights: State, device: torch.device
) -> tuple[dict[str, float], Arrays]:
    """Accuracies of one network by what happens to the mark, and where its maps lie."""
    data = training.prepared()
    assert isinstance(training.data, Shapes)
    tests, y, masks = marked(training.data, TESTED, config.seed)
    model = training.model.build(data.shape, len(data.classes), training.layers, training.seed)
    model.load_state_dict(weights)
    model = model.eval().to(device)
    scaled = {name: ((x - data.mean) / data.std).to(device) for name, x in tests.items()}
    values = {name: accuracy(model, x, y) for name, x in scaled.items()}

    x = scaled["agrees"][: config.pictures]
    with torch.no_grad():
        target = model(x).argmax(1)
    side = mark_side(training.data.size)
    marks = torch.zeros_like(masks[: len(x)])
    marks[:, :side, :side] = True
    objects = masks[: len(x)] & ~marks
    arrays: Arrays = {"pictures": tests["agrees"][:SHOWN].numpy()}
    for name in config.methods:
        maps = METHODS[name]().attribute(model, x, target, config.seed).sum(1).cpu()  # (N, H, W)
        arrays[f"mark/{name}"] = share(maps, marks).numpy()
        arrays[f"object/{name}"] = share(maps, objects).numpy()
        arrays |= pack(maps[:SHOWN], name)
    return values, arrays


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """Share of the pictures whose class is named first, in 0..1."""
    with torch.no_grad():
        answers = torch.cat([model(part).argmax(1) for part in x.split(256)]).cpu()
    return float((answers == y).float().mean())


def share(maps: Tensor, where: Tensor) -> Tensor:
    """(N,) share of the positive attributions of maps (N, H, W) that lies in `where`; 0 where
    nothing is positive."""
    mass = maps.clamp(min=0).flatten(1)
    total = mass.sum(1)
    return torch.where(
        total > 0,
        (mass * where.flatten(1)).sum(1) / total.clamp(min=1e-30),
        torch.zeros_like(total),
    )
