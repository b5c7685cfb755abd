"""Section 4: do explanations reveal that a network reads its answer from a mark?"""

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.core import job, link
from dashboard.core.chart import chart
from dashboard.core.choices import held
from dashboard.core.controls import control, few_first
from dashboard.core.runtime import store
from dashboard.core.words import language, say, tr
from dashboard.explain_images import menus
from dashboard.explain_images.figures import clever_hans as figures
from dashboard.explain_images.view import ImagesView
from engine.explain.maps.packed import unpack
from engine.explain.methods import METHODS
from engine.runs.files import Arrays
from engine.runs.store import Run
from engine.scenes.render import mark_side
from engine.statistics import interval
from engine.topics.explain_images.clever_hans import SHOWN, TESTS, CleverHans

ORDER = 40
ID = "hans"
OPENS = {CleverHans: "hans."}


def knobs(view: ImagesView) -> None:
    """Agreements and training first; the rest folded."""
    control(ImagesView, "images", view, "hans.agreements")
    menus.methods(view, "hans.methods")
    rest = [f"hans.{name}" for name in ("pictures", "examples", "epochs", "size", "seed")]
    few_first(ImagesView, "images", view, ["picture"], rest)


def show(view: ImagesView) -> None:
    """Accuracies over ρ, who puts weight on the mark, and the maps of one picture."""
    count = len(view.hans.agreements)
    running = say("explain_images.hans_running", now=1, networks=count)
    job.panel(
        view.hans,
        "images_hans",
        say("explain_images.hans_start", networks=count),
        lambda run: _draw(view, run),
        empty=running if job.active(view.hans) else say("explain_images.hans_empty"),
        again="job.train_again",
        every=1.0,
        when="job.trained",
    )


def _draw(view: ImagesView, run: Run) -> bool:
    config = view.hans
    found = _found(config, job.moment(run))
    ready = sum(f"{i}/pictures" in found for i in range(len(config.agreements)))
    if not ready:
        return False
    at = _network(view, ready)
    history = store().history(config.key)
    accuracy = {
        test: [float(history[f"{test}:{i}"][1][-1]) for i in range(ready)] for test in TESTS
    }
    shares = {
        tr(METHODS[name].about.label): [interval(found[f"{i}/mark/{name}"]) for i in range(ready)]
        for name in config.methods
    }
    st.markdown(_says(config, {test: values[at] for test, values in accuracy.items()}, at))
    left, right = st.columns(2)
    with left:
        st.markdown(f"#### {say('explain_images.hans_accuracy').capitalize()}")
        figure = figures.accuracies(
            {say(f"explain_images.test_{test}"): values for test, values in accuracy.items()},
            config.agreements,
            (say("explain_images.hans_rho"), say("explain_images.hans_accuracy")),
        )
        chart(figure, "images_hans_accuracy", say("explain_images.hans_accuracy_alt"))
    area = (mark_side(config.size) / config.size) ** 2
    with right:
        st.markdown(f"#### {say('explain_images.hans_mass_title')}")
        figure = figures.masses(
            shares,
            config.agreements,
            at,
            area,
            say("explain_images.hans_mass"),
            (say("explain_images.method").lower(), say("explain_images.hans_area")),
        )
        chart(figure, "images_hans_mass", say("explain_images.hans_mass_alt"))
    st.markdown(_reveals(config, found, at))
    st.markdown(f"#### {say('explain_images.hans_maps', rho=config.agreements[at])}")
    figure = _maps(config, job.moment(run), at, view.picture % SHOWN, language())
    chart(figure, "images_hans_maps", say("explain_images.hans_maps_alt"))
    st.caption(say("explain_images.hans_caption", pictures=config.pictures, area=area))
    return True


@lru_cache(maxsize=4)
def _found(config: CleverHans, moment: str) -> Arrays:
    """All that is known of the networks that are ready."""
    return {k: v for arrays in store().frames(config.key).values() for k, v in arrays.items()}


@lru_cache(maxsize=16)
def _maps(config: CleverHans, moment: str, at: int, which: int, language: str) -> go.Figure:
    """Every method's map of one picture by one network."""
    prefix = f"{at}/"
    found = {
        key.removeprefix(prefix): value
        for key, value in _found(config, moment).items()
        if key.startswith(prefix)
    }
    maps = {tr(METHODS[n].about.label): unpack(found, n, which) for n in config.methods}
    picture = found["pictures"][which].transpose(1, 2, 0).astype(np.float32)
    return figures.maps(
        picture, maps, say("explain_images.own_share"), say("explain_images.picture")
    )


def _network(view: ImagesView, ready: int) -> int:
    """The slider of ρ over the networks that are ready; the number of the one looked at."""
    at = ready - 1 if view.cheat < 0 else min(view.cheat, ready - 1)
    if ready > 1:
        held(
            st.select_slider,
            "images_cheat",
            say("explain_images.hans_network"),
            at,
            lambda chosen: link.write(ImagesView, view.with_("cheat", chosen)),
            range(ready),
            format_func=lambda i: f"ρ = {view.hans.agreements[min(i, ready - 1)]:g}",
        )
    return at


def _says(config: CleverHans, accuracy: dict[str, float], at: int) -> str:
    """How accuracy falls as the mark goes, at one ρ."""
    leans = accuracy["agrees"] - accuracy["wrong"] > 0.1
    return say(
        "explain_images.hans_says" if leans else "explain_images.hans_honest",
        rho=config.agreements[at],
        **{test: f"{value:.0%}" for test, value in accuracy.items()},
    )


def _reveals(config: CleverHans, found: Arrays, at: int) -> str:
    """Whose maps lie on the mark more than the first network's, and more than on the object."""
    more, most = [], []
    for name in config.methods:
        here, there = (found[f"{i}/mark/{name}"].astype(np.float64) for i in (at, 0))
        gap, half = interval(here - there)  # the same pictures: paired
        if gap - half > 0:
            more.append(tr(METHODS[name].about.label))
            if here.mean() > found[f"{at}/object/{name}"].mean():
                most.append(tr(METHODS[name].about.label))
    first = f"{config.agreements[0]:g}"
    if not more:
        return say("explain_images.hans_reveal_none", first=first)
    text = say("explain_images.hans_reveal", all=len(config.methods), count=len(more), first=first)
    if not most:
        return f"{text} {say('explain_images.hans_most_none')}"
    return f"{text} {say('explain_images.hans_most', names=', '.join(most))}"
