"""Section 6: is the same picture explained in the same way again?"""

import math
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.later import later, soon
from dashboard.core.live import live
from dashboard.core.runtime import device, store
from dashboard.core.words import say, tr
from dashboard.explain_images import menus, network, subject
from dashboard.explain_images.climbs import some
from dashboard.explain_images.figures import stability as figures
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.explain.methods import METHODS
from engine.networks.classifiers import Classifier
from engine.runs.files import Arrays
from engine.runs.store import Run
from engine.topics.explain_images.occlusion_maps import effort
from engine.topics.explain_images.stability import (
    PICTURES,
    Repeats,
    Stability,
    again,
    inputs_of,
    unmoved,
)

ORDER = 60
OPENS = {Stability: "stability."}

Facts = dict[str, str | int | float]
KINDS = ("agreement", "sizes")  # of two maps: with their signs, and of their sizes alone
MOST_WORK = 1e12  # multiplications for a picture of one's own: about half a minute of one core


def knobs(view: ImagesView) -> None:
    """Network and picture; the methods; what changes, and how much."""
    network.choose(view, "stability.network")
    control(ImagesView, "images", view, "look.source")
    subject.other(view)
    if view.look.source in ("data", "other"):
        name = "stability.picture" if view.look.source == "data" else "picture"
        control(ImagesView, "images", view, name)
    menus.methods(view, "stability.methods")
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
    if view.look.source != "data":
        _own(view, of)
        return
    examples = of.examples(PICTURES)
    picture = examples.pictures[config.picture % len(examples.x)].numpy()
    _left_out(config)
    job.panel(
        config,
        "images_stability",
        say("explain_images.stability_start"),
        lambda run: _draw(config, picture, run),
        empty=say("explain_images.stability_empty", repeats=config.times),
        again="explain_images.stability_again",
        alone=not config.flat(),
        every=0.5,
    )


def _own(view: ImagesView, of: Classifier) -> None:
    """A file or a drawing: nobody else can ask for it, so it is explained here and not kept."""
    config = view.stability
    found = subject.subject(view.with_("target", config.target), of)
    if found is None:
        return
    st.markdown(subject.says(of, found))
    _left_out(config)
    if _work(config, of, found) > MOST_WORK:
        st.info(say("explain_images.stability_long"), icon=":material/hourglass_top:")
        return
    inputs = inputs_of(config, found.x)
    coming = {
        name: later().ask(
            f"{found.key}/stability-{config.with_('methods', (name,)).key}",
            partial(again, config, name, of.model, inputs, found.target),
        )
        for name in config.compared
    }
    facts: Facts = {"same": unmoved(of.model, found.x, inputs), "inputs": len(inputs)}
    moving = soon(coming.values())
    live(lambda: _draw_own(config, found, coming, facts), active=moving, every=0.5)


def _draw_own(
    config: Stability, found: Subject, coming: dict[str, Future[Repeats]], facts: Facts
) -> bool:
    moving = not all(future.done() for future in coming.values())
    there = {n: f.result() for n, f in coming.items() if f.done() and not f.cancelled()}
    if moving:
        st.progress(
            len(there) / len(coming),
            say("explain_images.stability_coming", done=len(there), count=len(coming)),
        )
    if there:
        agree = {kind: {name: getattr(one, kind) for name, one in there.items()} for kind in KINDS}
        _results(
            config, found.picture, agree, {name: one.arrays for name, one in there.items()}, facts
        )
    st.caption(
        say(
            "explain_images.foot",
            device=device(),
            seconds=f"{sum(one.seconds for one in there.values()):.2f}",
            count=len(there) * config.times,
            seed=config.seed,
            key=found.key,
        )
    )
    return moving


def _work(config: Stability, of: Classifier, found: Subject) -> float:
    """About how many multiplications all maps take."""
    passes = 0
    for name in config.compared:
        with suppress(ValueError):  # that will be told in its place
            passes += METHODS[name]().passes(of.model, found.x)
    return passes * config.times * effort(of)


def _left_out(config: Stability) -> None:
    names = [
        tr(METHODS[name].about.label) for name in config.methods if name not in config.compared
    ]
    if names:
        st.caption(say("explain_images.stability_no_baseline", label=", ".join(names)))


def _draw(config: Stability, picture: figures.Picture, run: Run) -> bool:
    frames = store().frames(config.key)
    if not frames:
        return False
    history = store().history(config.key)
    agree = {
        kind: {
            name: float(history[f"{kind}:{name}"][1][-1])
            for name in config.compared
            if f"{kind}:{name}" in history  # older runs have no sizes
        }
        for kind in KINDS
    }
    found = {name: frames[s] for s, name in enumerate(config.compared, 1) if s in frames}
    _results(config, picture, agree, found, run.facts)
    return True


def _results(
    config: Stability,
    picture: figures.Picture,
    agree: dict[str, dict[str, float]],
    frames: dict[str, Arrays],
    facts: Facts,
) -> None:
    """A sentence, how well each method's maps agree, and their mean and spread."""
    st.markdown(_says(config, agree["sizes"] or agree["agreement"], facts))
    found = {tr(METHODS[name].about.label): arrays for name, arrays in frames.items()}
    bars = {
        say(f"explain_images.stability_{kind}"): {
            tr(METHODS[name].about.label): value for name, value in values.items()
        }
        for kind, values in agree.items()
        if values
    }
    chart(
        figures.agreement(bars, axis=say("explain_images.stability_agree")),
        "images_stability_bars",
        say("explain_images.stability_bars_alt"),
    )
    chart(
        figures.maps(
            picture, found, names=(say("explain_images.stability_mean"),
                                   say("explain_images.stability_spread")),
            units=(say("explain_images.stability_unit_mean"),
                   say("explain_images.stability_unit_spread")),
        ),
        "images_stability_maps",
        say("explain_images.stability_alt"),
    )  # fmt: skip
    st.caption(say("explain_images.stability_key"))


def _says(config: Stability, agree: dict[str, float], facts: Facts) -> str:
    """Who is steady, who is not, and whether the network itself is."""
    moved = {n: v for n, v in agree.items() if math.isfinite(v)}
    text = ""
    if config.vary == "seed":
        still = [tr(METHODS[n].about.label) for n in moved if not METHODS[n].random]
        moved = {n: v for n, v in moved.items() if METHODS[n].random}
        if still:
            text = say("explain_images.stability_still", label=", ".join(still)) + " "
    if len(moved) > 1:
        best, worst = (f(moved, key=lambda n: moved[n]) for f in (max, min))
        text = (
            say(
                "explain_images.stability_says",
                best=tr(METHODS[best].about.label),
                high=moved[best],
                worst=tr(METHODS[worst].about.label),
                low=moved[worst],
            )
            + " "
            + text
        )
    if config.vary == "noise":
        text += say("explain_images.stability_answer", same=facts["same"], repeats=facts["inputs"])
    return text
