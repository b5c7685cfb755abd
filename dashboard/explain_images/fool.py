"""Section 10: which picture is nothing, or hardly changed, and yet surely of a class?"""

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.runtime import store
from dashboard.core.scenes import at_scene
from dashboard.core.words import say, tr
from dashboard.explain_images.climbs import climb, fitted, lines, pick_class, ready, some
from dashboard.explain_images.figures import dream as figures
from dashboard.explain_images.inception import real
from dashboard.explain_images.network import choose, opened
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier
from engine.runs.files import Arrays
from engine.runs.store import Run, Series
from engine.topics.explain_images.dream.fool import GREY, Fool, smallest

ORDER = 100
OPENS = {Fool: "fool."}

OWN = {"change": ("image",), "pixels": ("seeds",), "waves": ("waves", "seeds")}
MORE = {"change": ("cost",), "pixels": ("seed",), "waves": ("bend", "seed")}


def knobs(view: ImagesView) -> None:
    """By which means and towards which class; the rest folded."""
    choose(view, "fool.network")
    control(ImagesView, "images", view, "fool.means")
    if (network := ready(view.fool.network)) is None:
        return
    pick_class(view, "fool.target", network)
    means = view.fool.means
    some(view, tuple(f"fool.{name}" for name in (*OWN[means], "steps", "learning_rate")))
    with st.expander(say("controls.more")):
        some(view, tuple(f"fool.{name}" for name in (*MORE[means], "optimizer")))


def show(view: ImagesView) -> None:
    """The pictures, and how sure the network is of them."""
    network = opened(view.fool.network)
    if network is None:
        return
    config = fitted(view.fool, network)
    climb(
        config,
        "images_fool",
        say("explain_images.fool"),
        lambda run, step: _draw(config, network, run, step),
        empty=say("explain_images.fool_empty", steps=config.steps),
        alone=not view.fool.flat() or at_scene("explain_images"),
    )


def _draw(config: Fool, network: Classifier, run: Run, step: int) -> None:
    frame, history = store().frame(config.key, step), store().history(config.key)
    if config.means == "change":
        _change(config, network, frame, history, step)
    else:
        _from_nothing(config, network, frame)
    chance = say("explain_images.chance", name=tr(network.classes[config.target]))
    curves = {chance: lines(history, "probability")}
    if config.means == "change":
        curves[say("explain_images.change_axis")] = lines(history, "change")
    chart(
        figures.climbing(
            curves, None if run.active else step, names=_names(config), uirevision="dream_fool"
        ),
        "images_fool_curves",
        say("explain_images.dream_curves_alt"),
    )
    if config.means == "change":
        st.caption(say("explain_images.costs", count=len(config.weights_of_change)))


def _names(config: Fool) -> list[str]:
    """Of the lines: by the cost of a change, or by the seed."""
    if config.means == "change":
        return [f"c = {cost:.3g}" for cost in config.weights_of_change]
    return [say("explain_images.seed", seed=config.seed + i) for i in range(config.seeds)]


def _change(config: Fool, network: Classifier, frame: Arrays, history: Series, step: int) -> None:
    """The smallest change that fools, and what the other costs of change gave."""
    chances, size = frame["probabilities"], frame["size"]
    chosen = smallest(chances, size, config.target)
    number = len(chances) - 1 if chosen is None else chosen
    picture, before = real(network, network.name, config.image)
    was, now = int(before[0].argmax()), int(chances[number].argmax())
    values = {
        "target": tr(network.classes[config.target]),
        "was": tr(network.classes[was]),
        "change": f"{size[number]:.2f}",
        "share": f"{size[number] / GREY:.1%}",
        "chance": f"{chances[number][config.target]:.1%}",
    }
    if was == config.target:
        st.markdown(say("explain_images.already", **values))
    else:
        st.markdown(
            say(
                "explain_images.not_fooled" if chosen is None else "explain_images.fooled", **values
            )
        )
    titles = (
        say("explain_images.is", name=tr(network.classes[was]), chance=f"{before[0].max():.1%}"),
        say("explain_images.added", change=f"{size[number]:.2f}"),
        say(
            "explain_images.is",
            name=tr(network.classes[now]),
            chance=f"{chances[number].max():.1%}",
        ),
    )
    chart(
        figures.change(
            (picture, frame["pictures"][0]),
            frame["change"].astype(np.float32),
            np.stack([before[0], chances[number]]),
            [tr(name) for name in network.classes],
            titles,
            config.target,
        ),
        "images_fools",
        say("explain_images.change_alt"),
    )
    fooled = (chances.argmax(1) == config.target).tolist()
    chart(
        figures.costs(
            size.tolist(),
            chances[:, config.target].tolist(),
            fooled,
            config.weights_of_change,
            chosen,
        ),
        "images_fool_costs",
        say("explain_images.costs_alt"),
    )


def _from_nothing(config: Fool, network: Classifier, frame: Arrays) -> None:
    """Noise, or waves, that the network takes for a class."""
    chances = frame["probabilities"]
    asked = chances[:, config.target]
    channels, height, width = network.shape
    numbers = channels * height * width
    if config.means == "waves":
        numbers = config.waves * (channels + 3)
    st.markdown(
        say(
            f"explain_images.says_{config.means}",
            name=tr(network.classes[config.target]),
            sure=_from_to(f"{asked.min():.1%}", f"{asked.max():.1%}"),
            numbers=f"{numbers:,}",
        )
    )
    captions = [say("explain_images.seed", seed=config.seed + i) for i in range(len(chances))]
    chart(
        figures.believed(
            frame["pictures"],
            chances,
            [tr(name) for name in network.classes],
            captions,
            config.target,
            uirevision="dream_nothing",
        ),
        "images_fools",
        say("explain_images.nothing_alt"),
    )


def _from_to(low: str, high: str) -> str:
    """Two numbers as they are written; one where both are written alike."""
    return low if low == high else say("explain_images.from_to", low=low, high=high)
