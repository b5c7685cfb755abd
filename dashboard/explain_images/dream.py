"""Section 8: which picture does a class, a channel or a unit like best?"""

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.runtime import store
from dashboard.core.scenes import at_scene
from dashboard.core.words import say, tr
from dashboard.explain_images.climbs import (
    climb,
    fitted,
    layers_of,
    lines,
    pick_class,
    pick_layer,
    ready,
    some,
)
from dashboard.explain_images.figures import dream as figures
from dashboard.explain_images.network import choose, opened
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier
from engine.runs.store import Run, Series
from engine.topics.explain_images.dream.activation_maximisation import ActivationMaximisation
from engine.topics.explain_images.dream.regularisers import REGULARISERS

ORDER = 80
OPENS = {ActivationMaximisation: "dream."}

CLASS = ("class", "chance")  # goals that name a class
FEW = tuple(f"{id}.{regulariser.strength}" for id, regulariser in REGULARISERS.items())
MORE = ("row", "column", "blur.every", "total_variation.exponent", "noise", "optimizer", "seed")


def knobs(view: ImagesView) -> None:
    """What climbs, and the regularisers; the rest folded."""
    choose(view, "dream.network")
    control(ImagesView, "images", view, "dream.goal")
    if (network := ready(view.dream.network)) is None:
        return
    if view.dream.goal in CLASS:
        pick_class(view, "dream.target", network)
    else:
        pick_layer(view, "dream.layer", network)
        some(view, ("dream.channel",))
    names = (*FEW, "box", "learning_rate", "steps", "seeds")
    some(view, tuple(f"dream.{name}" for name in names))
    with st.expander(say("controls.more")):
        some(view, tuple(f"dream.{name}" for name in MORE))


def show(view: ImagesView) -> None:
    """The pictures as they climb, side by side."""
    network = opened(view.dream.network)
    if network is None:
        return
    if view.dream.goal not in CLASS and not layers_of(network):
        st.info(say("explain_images.dream_no_layers", label=tr(network.label)))
        return
    config = fitted(view.dream, network)
    st.markdown(_formula(config))
    climb(
        config,
        "images_dream",
        say("explain_images.climb"),
        lambda run, step: _draw(config, network, run, step),
        empty=say("explain_images.empty", seeds=config.seeds, steps=config.steps),
        alone=not view.dream.flat() or at_scene("explain_images"),
    )


def _draw(config: ActivationMaximisation, network: Classifier, run: Run, step: int) -> None:
    frame, history = store().frame(config.key, step), store().history(config.key)
    scores = _at(history, "score", step)
    what = say("explain_images.log_chance" if config.goal == "chance" else "explain_images.score")
    captions = [
        say("explain_images.caption", seed=config.seed + i, what=what, score=f"{score:.4g}")
        for i, score in enumerate(scores)
    ]
    target = config.target if config.goal in CLASS else None
    st.markdown(_says(config, network, run, scores, _at(history, "slope", step), step))
    chart(
        figures.believed(
            frame["pictures"], frame["probabilities"], [*map(tr, network.classes)], captions, target
        ),
        "images_dreams",
        say("explain_images.alt"),
    )
    curves = {what: lines(history, "score")}
    if target is not None:
        curves[say("explain_images.chance", name=tr(network.classes[target]))] = lines(
            history, "probability"
        )
    best = run.facts.get("best_real")
    chart(
        figures.climbing(
            curves,
            None if run.active else step,
            (say("explain_images.best_real"), best) if best is not None else None,
            names=[say("explain_images.seed", seed=config.seed + i) for i in range(config.seeds)],
        ),
        "images_dream_curves",
        say("explain_images.dream_curves_alt"),
    )


def _at(history: Series, name: str, step: int) -> list[float]:
    """The value of every picture at a step."""
    return [
        float(values[np.searchsorted(steps, step, side="right") - 1])
        for steps, values in lines(history, name).values()
    ]


def _formula(config: ActivationMaximisation) -> str:
    """What is done at a step, and which regularisers are on."""
    on = [
        say("explain_images.part", label=tr(part.about.label), formula=part.about.formula,
            source=part.about.source.split(",")[0])
        for part in config.regularisers()
    ]  # fmt: skip
    return (
        say("explain_images.step")
        + " "
        + ("; ".join(on) + "." if on else say("explain_images.bare"))
    )


def _says(
    config: ActivationMaximisation,
    network: Classifier,
    run: Run,
    scores: list[float],
    slopes: list[float],
    step: int,
) -> str:
    """How far above real pictures these are; or why nothing moves."""
    if slopes and not any(slopes):
        return say("explain_images.silent")
    name = (
        tr(network.classes[config.target])
        if config.goal in CLASS
        else say(
            "explain_images.of_layer", channel=config.channel, layer=run.facts.get("layer", "")
        )
    )
    best = run.facts.get("best_real")
    what = say(f"explain_images.a_{'log_chance' if config.goal == 'chance' else 'score'}")
    values = {"name": name, "step": step, "what": what}
    values |= {"low": f"{min(scores):.4g}", "high": f"{max(scores):.4g}"}
    if best is None:
        return say("explain_images.says", **values)
    return say("explain_images.says_real", **values, best=f"{best:.4g}")
