"""What do the sections share in which pictures climb? Menus that fit the network, and curves."""

from collections.abc import Callable
from typing import TypeVar

from dashboard.core import job
from dashboard.core.controls import control
from dashboard.core.frames import step_shown
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.explain_images.figures.dream import Curve
from dashboard.explain_images.menus import pick
from dashboard.explain_images.view import ImagesView
from engine.config import Config
from engine.data import DataError
from engine.networks.classifiers import Classifier, classifier
from engine.networks.layers import layers_of
from engine.runs.store import Run, Series
from engine.runs.work import Work

C = TypeVar("C", bound=Config)


def ready(name: str) -> Classifier | None:
    """The network of an id, or None; the section itself says why."""
    try:
        return classifier(name)
    except (ValueError, DataError):
        return None


def climb(
    config: Work,
    name: str,
    start: str,
    draw: Callable[[Run, int], None],
    *,
    empty: str,
    alone: bool,
) -> None:
    """The panel of a climb, with a slider over the steps that were kept; see `job.panel`.

    Args:
        draw: draws a run at a step.
    """

    def drawn(run: Run) -> bool:
        if steps := store().frame_steps(config.key):
            names = ("explain_images.film", "explain_images.step_label")
            draw(run, step_shown(config.key, steps, run.active, *names))
        return bool(steps)

    again = "explain_images.dream_again"
    job.panel(config, name, start, drawn, empty=empty, again=again, alone=alone)


def fitted(config: C, network: Classifier) -> C:
    """The config with class, layer and channel that this network has.

    The link keeps what another network was asked; it comes back with that network.
    """
    if "target" in type(config).model_fields:
        config = config.with_("target", min(config.get("target"), len(network.classes) - 1))
    layers = layers_of(network)
    if "layer" in type(config).model_fields:
        if config.get("layer") not in layers:
            config = config.with_("layer", "")
        if layers:
            channels = layers.get(config.get("layer"), list(layers.values())[-1])[0]
            config = config.with_("channel", min(config.get("channel"), channels - 1))
    return config


def pick_class(view: ImagesView, name: str, network: Classifier) -> None:
    """The menu of a network's classes."""
    labels = dict(enumerate(map(tr, network.classes)))
    pick(view, name, labels, min(view.get(name), len(labels) - 1))


def pick_target(view: ImagesView, network: Classifier) -> None:
    """The menu for the class that is explained: what the network names, or one of its classes."""
    labels = {-1: say("explain_images.named")} | dict(enumerate(map(tr, network.classes)))
    pick(view, "target", labels, min(view.target, len(network.classes) - 1))


def pick_layer(view: ImagesView, name: str, network: Classifier) -> None:
    """The menu of a network's layers, the empty name for its last; nothing where it has none."""
    if not (found := layers_of(network)):
        return
    labels = {"": say("explain_images.last_layer", name=list(found)[-1])} | {
        layer: say("explain_images.layer", layer=layer, channels=size[0], side=size[1])
        for layer, size in found.items()
    }
    now = view.get(name)
    pick(view, name, labels, now if now in labels else "")


def some(view: ImagesView, names: tuple[str, ...]) -> None:
    """Draw the knobs of these names, and those of their parts."""
    for knob in view.knobs():
        if any(knob == name or knob.startswith(f"{name}.") for name in names):
            control(ImagesView, "images", view, knob)


def lines(history: Series, name: str) -> dict[int, Curve]:
    """The curves `name:i` by picture i."""
    return {
        int(series.partition(":")[2]): curve
        for series, curve in sorted(history.items())
        if series.partition(":")[0] == name
    }
