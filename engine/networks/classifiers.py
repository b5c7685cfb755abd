"""Which trained networks can be explained? Those that come with the app, runs of the lab, ImageNet.

`scripts/make_classifiers.py` makes the files of `assets/models/classifiers`.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engine.data import DATASETS, Prepared
from engine.networks.family import Described, Member, Origin, Source, Use, source
from engine.networks.layers import layers_of
from engine.paths import MODELS
from engine.runs import weights
from engine.runs.files import StoreError
from engine.runs.handed import trained
from engine.runs.store import RunStore
from engine.runs.weights import Weights
from engine.runs.work import NETWORK as RUN
from engine.runs.work import load
from engine.training.checkpoint import weights_of
from engine.training.config import TrainConfig
from engine.words import said

FOLDER = MODELS / "classifiers"


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Pictures that a network did not learn from. The tensors are shared: do not change them."""

    x: Tensor  # (N, C, H, W) float32, as the network takes them
    y: Tensor  # (N,) int64 class; -1: none of the network's classes
    pictures: Tensor  # (N, C, H, W) float32 in 0..1
    masks: Tensor | None  # (N, H, W) bool: the pixels that are the evidence


@dataclass(frozen=True, eq=False)
class Classifier:
    """A trained network with all that is needed to ask it about a picture."""

    name: str
    label: str
    model: nn.Module  # (B, C, H, W) to logits (B, K), in evaluation mode; shared: do not change it
    classes: tuple[str, ...]
    shape: tuple[int, int, int]  # (C, H, W)
    mean: Tensor  # (C, 1, 1) of the training pictures in 0..1
    std: Tensor  # (C, 1, 1)
    config: TrainConfig | None  # what made it; None: somebody else did
    measured: dict[str, Any]  # accuracy on held-out pictures in 0..1, seconds, device, where known

    def scale(self, pictures: Tensor) -> Tensor:
        """(..., C, H, W) in 0..1 to what the network takes."""
        return (pictures - self.mean) / self.std

    def unscale(self, x: Tensor) -> Tensor:
        """What the network takes to (..., C, H, W) in 0..1, where it was a picture."""
        return x * self.std + self.mean

    @cached_property
    def prepared(self) -> Prepared:
        """The data that it learned from. Raises DataError when files are missing."""
        if self.config is None:
            raise ValueError(
                said("The data that {label} learned from are not here.", label=self.label)
            )
        return self.config.prepared()

    def examples(self, count: int) -> Examples:
        """At most so many held-out pictures: another draw of the data, or their test part.

        Raises:
            DataError: files are missing.
        """
        return _examples(self, count)


@lru_cache(maxsize=6)
def _examples(of: Classifier, count: int) -> Examples:
    config = of.config
    if config is None:  # no pictures of its own: objects on textures, which it has no names for
        data = DATASETS["shapes"].model_validate({"size": 64, "examples": max(60, count)}).load(0)
        pictures = data.x[:count].float() / 255
        pictures = nn.functional.interpolate(pictures, of.shape[1:], mode="bilinear")
        return Examples(of.scale(pictures), torch.full((len(pictures),), -1), pictures, None)
    if not config.data.drawn:
        part = of.prepared.test
        rows = part.index[:count]
        masks = None if of.prepared.masks is None else of.prepared.masks[rows]
        pictures = of.prepared.data.x[rows].float() / 255
        return Examples(part.x[:count], of.prepared.data.y[rows], pictures, masks)
    fewest = 100  # that every drawn set can have
    again = type(config.data)(**{**dict(config.data), "examples": max(fewest, count)})
    data = again.load(config.data_seed + 1)
    pictures = data.x[:count].float() / 255
    masks = None if data.masks is None else data.masks[:count]
    return Examples(of.scale(pictures), data.y[:count], pictures, masks)


# ---- those that come with the app ----


def shipped_names() -> list[str]:
    """Ids of everything shipped, the one that pages open with first."""
    return sorted(weights.names(FOLDER), key=lambda name: (name != "shapes_cnn", name))


@lru_cache(maxsize=1)
def shipped_labels() -> dict[str, str]:
    """Id to label of everything shipped."""
    return {name: classifier(name).label for name in shipped_names()}


@lru_cache(maxsize=8)
def classifier(name: str) -> Classifier:
    """A network by its id: a shipped name, `run-<key>` of a run of the lab, or one of `PRETRAINED`.

    Raises:
        ValueError: there is none of that name, or its files are missing or damaged; a sentence.
    """
    from engine.networks.published import PRETRAINED, pretrained  # it makes classifiers itself

    if name in PRETRAINED:
        return pretrained(name)
    if name.startswith(RUN):
        return _of_run(name)
    if name not in shipped_names():
        known = ", ".join((*shipped_names(), *PRETRAINED))
        raise ValueError(
            said("There is no network {name!r}. Known: {known}.", name=name[:40], known=known)
        )
    found = weights.read(FOLDER, name)
    assert isinstance(found.config, TrainConfig)
    scale, classes = found.more["scale"], tuple(found.more["classes"])
    mean, std = (torch.tensor(scale[part])[:, None, None] for part in ("mean", "std"))
    return build(name, found.config, classes, mean, std, found.state, found.measured)


def build(
    name: str,
    config: TrainConfig,
    classes: tuple[str, ...],
    mean: Tensor,
    std: Tensor,
    state: dict[str, Tensor],
    measured: dict[str, Any],
) -> Classifier:
    """A classifier from its parts. Raises ValueError where the weights are of another network."""
    data = config.data
    size = getattr(data, "size", None)
    shape = (len(mean), size, size) if size else config.prepared().shape
    model = config.model.build(shape, len(classes), config.layers, config.seed)
    model = weights.fill(model, state)
    label = said("{data}: {model}", data=data.about.label, model=config.model.about.label)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # twice as fast
    return Classifier(name, label, model, classes, tuple(shape), mean, std, config, measured)


def ship(of: Classifier) -> None:
    """Write both files, the weights in half precision."""
    assert of.config is not None
    scale = {"mean": of.mean.flatten().tolist(), "std": of.std.flatten().tolist()}
    more = {"classes": of.classes, "scale": scale}
    weights.ship(FOLDER, of.name, Weights(of.config, weights_of(of.model), of.measured, more))


def accuracy(of: Classifier, examples: Examples) -> float:
    """Share of the examples whose largest logit is their class, in 0..1."""
    with torch.no_grad():
        answers = torch.cat([of.model(part).argmax(1) for part in examples.x.split(256)])
    return float((answers == examples.y).float().mean())


def described(of: Classifier, origin: Origin) -> Described:
    """What a menu and a page say of a network that tells pictures apart."""
    layers, lacks = tuple(layers_of(of)), []
    if not layers:
        lacks.append(
            said("It has no feature maps: what reads maps of a layer has nothing to read.")
        )
    if of.config is None:
        lacks.append(said("The pictures that it learned from are not here."))
    accuracy = of.measured.get("accuracy")
    return Described(
        id=of.name,
        label=of.label,
        origin=origin,
        kind="image",
        shape=of.shape,
        lowest=0.0,
        highest=1.0,
        classes=of.classes,
        parameters=sum(p.numel() for p in of.model.parameters()),
        quality=said("How often it is right is not known.")
        if accuracy is None
        else said(
            "Right for {accuracy:.1%} of pictures that it did not learn from; guessing among its "
            "{classes:,} classes would reach {chance:.1%}.",
            accuracy=accuracy,
            classes=len(of.classes),
            chance=1 / len(of.classes),
        ),
        layers=layers,
        lacks=tuple(lacks),
    )


@source
class ShippedClassifiers(Source):
    use: ClassVar[Use] = "classification"
    origin: ClassVar[Origin] = "shipped"

    def members(self, store: RunStore) -> list[Member]:
        labels = shipped_labels()
        return [Member(id=id, label=labels[id], origin="shipped") for id in shipped_names()]

    def describe(self, id: str) -> Described | None:
        return described(classifier(id), "shipped") if id in shipped_names() else None


@source
class TrainedClassifiers(Source):
    """Finished runs of the lab that learned to tell pictures apart."""

    use: ClassVar[Use] = "classification"
    origin: ClassVar[Origin] = "trained"

    def members(self, store: RunStore) -> list[Member]:
        labels = trained_in_lab(store)
        return [Member(id=id, label=label, origin="trained") for id, label in labels.items()]

    def describe(self, id: str) -> Described | None:
        return described(classifier(id), "trained") if id.startswith(RUN) else None


# ---- runs of the lab ----


def trained_in_lab(store: RunStore) -> dict[str, str]:
    """Id to label of every finished run that learned to tell images apart, newest first."""
    found: dict[str, str] = {}
    for run in store.runs():
        if run.kind == TrainConfig.kind and run.state == "done":
            try:
                config = load(run.config)
            except ValueError:  # of a version that had other settings
                continue
            if isinstance(config, TrainConfig) and config.data.kind == "image":
                accuracy = run.summary.get("test_accuracy", float("nan"))
                data, model = config.data.about.label, config.model.about.label
                found[RUN + run.key] = said(
                    "{data}: {model}, {accuracy:.1%} ({key})",
                    data=data,
                    model=model,
                    accuracy=accuracy,
                    key=run.key[:6],
                )
    return found


def _of_run(name: str) -> Classifier:
    key = name.removeprefix(RUN)
    try:
        found = trained(key)
    except StoreError as error:
        raise ValueError(error.args[0]) from None
    if found is None:
        raise ValueError(
            said("There is no trained run {key!r}; train one in the lab first.", key=key[:20])
        )
    config = load(found.config)
    if not isinstance(config, TrainConfig) or config.data.kind != "image":
        raise ValueError(said("Run {key} did not learn to tell images apart.", key=key))
    data = config.prepared()
    measured: dict[str, Any] = {"accuracy": found.summary.get("test_accuracy")}
    measured |= {"seconds": found.seconds, "device": found.device}
    state = weights.state_of(found.weights, key)
    return build(name, config, data.classes, data.mean, data.std, state, measured)
