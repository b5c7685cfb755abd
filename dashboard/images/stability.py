"""Section 6: is the same picture explained in the same way again?"""

import math

import streamlit as st

from dashboard.activations import job
from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import images_stability
from dashboard.images import methods, network
from dashboard.images.climbs import some
from dashboard.images.view import ImagesView
from dashboard.live import live
from dashboard.runtime import store
from dashboard.words import say
from engine.explain.methods import METHODS
from engine.explain.stability import PICTURES, Stability
from engine.files import Arrays


def knobs(view: ImagesView) -> None:
    """Network and picture; the methods; what changes, and how much."""
    network.choose(view, "stability.network")
    control(ImagesView, "images", view, "stability.picture")
    methods.choose(view, "stability.methods")
    control(ImagesView, "images", view, "stability.vary")
    if view.stability.vary == "noise":
        control(ImagesView, "images", view, "stability.noise")
    if view.stability.vary != "baseline":
        control(ImagesView, "images", view, "stability.repeats")
    with st.expander(say("controls.more")):
        some(view, ("stability.target", "stability.seed"))


def show(view: ImagesView) -> None:
    """The mean map and its spread, method by method as they are done."""
    of = network.opened(view.stability.network)
    if of is None:
        return
    config = view.stability
    job.by_itself(config, at_defaults=not config.flat())
    examples = of.examples(PICTURES)
    picture = examples.pictures[config.picture % len(examples.x)].numpy()
    for name in config.methods:
        if name not in config.compared:
            told = say("images_look.stability_no_baseline", label=METHODS[name].about.label)
            st.caption(told)
    live(lambda: _draw(config, picture), active=job.active(config), every=0.5)


def _draw(config: Stability, picture: images_stability.Picture) -> bool:
    run = job.bar(
        config,
        "images_stability",
        say("images_look.stability_start"),
        "images_look.stability_again",
    )
    frames = store().frames(config.key) if run else {}
    moving = bool(run and run.active)
    if not run or not frames:
        st.info(say("images_look.stability_empty", repeats=config.times))
        return moving
    history = store().history(config.key)
    agree = {
        name: float(history[f"agreement:{name}"][1][-1])
        for name in config.compared
        if f"agreement:{name}" in history
    }
    st.markdown(_says(config, agree, run.facts))
    found: dict[str, Arrays] = {
        METHODS[name].about.label: frames[step]
        for step, name in enumerate(config.compared, 1)
        if step in frames
    }
    labels = {METHODS[name].about.label: value for name, value in agree.items()}
    chart(
        images_stability.agreement(labels, axis=say("images_look.stability_agree")),
        "images_stability_bars",
        say("images_look.stability_bars_alt"),
    )
    chart(
        images_stability.maps(
            picture, found, names=(say("images_look.stability_mean"),
                                   say("images_look.stability_spread")),
            units=(say("images_look.stability_unit_mean"),
                   say("images_look.stability_unit_spread")),
        ),
        "images_stability_maps",
        say("images_look.stability_alt"),
    )  # fmt: skip
    st.caption(say("images_look.stability_key"))
    job.foot(config, run, config.seed, "act.computed")
    return moving


def _says(config: Stability, agree: dict[str, float], facts: dict[str, str | int | float]) -> str:
    """Who is steady, who is not, and whether the network itself is."""
    moved = {n: v for n, v in agree.items() if math.isfinite(v)}
    text = ""
    if config.vary == "seed":
        still = [METHODS[n].about.label for n in moved if not METHODS[n].random]
        moved = {n: v for n, v in moved.items() if METHODS[n].random}
        if still:
            text = say("images_look.stability_still", label=", ".join(still)) + " "
    if len(moved) > 1:
        best, worst = (f(moved, key=lambda n: moved[n]) for f in (max, min))
        text = (
            say(
                "images_look.stability_says",
                best=METHODS[best].about.label,
                high=moved[best],
                worst=METHODS[worst].about.label,
                low=moved[worst],
            )
            + " "
            + text
        )
    if config.vary == "noise":
        text += say("images_look.stability_answer", same=facts["same"], repeats=facts["inputs"])
    return text
