"""Section 8: which picture does a class, a channel or a unit like best?"""

import numpy as np
import streamlit as st

from dashboard import job
from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import images_dream
from dashboard.images.climbs import fitted, lines, moment, pick_class, pick_layer, ready, some
from dashboard.images.lacking import lacks_maps
from dashboard.images.network import choose, opened
from dashboard.images.view import ImagesView
from dashboard.live import live
from dashboard.runtime import store
from dashboard.words import say
from engine.explain.classifiers import Classifier
from engine.explain.dream.maximise import Maximise
from engine.explain.dream.regularisers import REGULARISERS
from engine.store import Run, Series

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
        if not lacks_maps(network):
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
    if lacks_maps(network) and view.dream.goal not in CLASS:
        st.info(say("images_dream.dream_no_maps", label=network.label))
        return
    config = fitted(view.dream, network)
    job.by_itself(config, at_defaults=not view.dream.flat())
    live(lambda: _draw(config, network), active=job.active(config), every=0.7)


def _draw(config: Maximise, network: Classifier) -> bool:
    run = job.bar(config, "images_dream", say("images_dream.climb"), "images_dream.again")
    steps = store().frame_steps(config.key) if run else []
    moving = bool(run and run.active)
    st.markdown(_formula(config))
    if not run or not steps:
        st.info(say("images_dream.empty", seeds=config.seeds, steps=config.steps))
        return moving
    step = moment(config.key, steps, moving)
    frame, history = store().frame(config.key, step), store().history(config.key)
    scores = _at(history, "score", step)
    what = say("images_dream.log_chance" if config.goal == "chance" else "images_dream.score")
    captions = [
        say("images_dream.caption", seed=config.seed + i, what=what, score=f"{score:.4g}")
        for i, score in enumerate(scores)
    ]
    target = config.target if config.goal in CLASS else None
    st.markdown(_says(config, network, run, scores, _at(history, "slope", step), step))
    chart(
        images_dream.believed(
            frame["pictures"], frame["probabilities"], network.classes, captions, target
        ),
        "images_dreams",
        say("images_dream.alt"),
    )
    curves = {what: lines(history, "score")}
    if target is not None:
        curves[say("images_dream.chance", name=network.classes[target])] = lines(
            history, "probability"
        )
    best = run.facts.get("best_real")
    chart(
        images_dream.climbing(
            curves,
            None if moving else step,
            (say("images_dream.best_real"), best) if best is not None else None,
            names=[say("images_dream.seed", seed=config.seed + i) for i in range(config.seeds)],
        ),
        "images_dream_curves",
        say("images_dream.curves_alt"),
    )
    job.foot(config, run, config.seed)
    return moving


def _at(history: Series, name: str, step: int) -> list[float]:
    """The value of every picture at a step."""
    return [
        float(values[np.searchsorted(steps, step, side="right") - 1])
        for steps, values in lines(history, name).values()
    ]


def _formula(config: Maximise) -> str:
    """What is done at a step, and which regularisers are on."""
    on = [
        say("images_dream.part", label=part.about.label, formula=part.about.formula,
            source=part.about.source.split(",")[0])
        for part in config.regularisers()
    ]  # fmt: skip
    return (
        say("images_dream.step") + " " + ("; ".join(on) + "." if on else say("images_dream.bare"))
    )


def _says(
    config: Maximise,
    network: Classifier,
    run: Run,
    scores: list[float],
    slopes: list[float],
    step: int,
) -> str:
    """How far above real pictures these are; or why nothing moves."""
    if slopes and not any(slopes):
        return say("images_dream.silent")
    name = (
        network.classes[config.target]
        if config.goal in CLASS
        else say("images_dream.of_layer", channel=config.channel, layer=run.facts.get("layer", ""))
    )
    best = run.facts.get("best_real")
    what = say(f"images_dream.a_{'log_chance' if config.goal == 'chance' else 'score'}")
    values = {"name": name, "step": step, "what": what}
    values |= {"low": f"{min(scores):.4g}", "high": f"{max(scores):.4g}"}
    if best is None:
        return say("images_dream.says", **values)
    return say("images_dream.says_real", **values, best=f"{best:.4g}")
