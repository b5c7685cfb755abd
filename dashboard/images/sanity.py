"""Section 5: does an explanation change when the network forgets what it has learned?"""

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard import job
from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import images_sanity
from dashboard.images import methods, network
from dashboard.images.lacking import without
from dashboard.images.view import ImagesView
from dashboard.live import live
from dashboard.runtime import store
from dashboard.words import language, say
from engine.explain.classifiers import Classifier
from engine.explain.interval import interval
from engine.explain.methods import METHODS
from engine.explain.packed import unpack
from engine.explain.sanity import SHOWN, UNMOVED, Sanity
from engine.files import Arrays
from engine.kept import adopt
from engine.store import Run

STAGES = 6  # whose maps are drawn, at most


def knobs(view: ImagesView) -> None:
    """Network and methods first; the rest folded."""
    network.choose(view, "sanity.network")
    methods.choose(view, "sanity.methods")
    for name in ("likeness", "picture", "sanity.pictures"):
        control(ImagesView, "images", view, name)
    with st.expander(say("controls.more")):
        control(ImagesView, "images", view, "sanity.seed")


def show(view: ImagesView) -> None:
    """Similarity over the stages, who did not move, and the maps of one picture."""
    of = network.opened(view.sanity.network)
    if of is None or (left := without(view, "sanity.methods", of)) is None:
        return
    view = left
    adopt(store(), view.sanity)
    live(lambda: _draw(view, of), active=job.active(view.sanity), every=0.8)


def _draw(view: ImagesView, of: Classifier) -> bool:
    config = view.sanity
    run = job.bar(config, "images_sanity", say("images.sanity_start"), "images.again")
    frames = _frames(config, job.moment(run)) if run else {}
    moving = bool(run and run.active)
    if not run or not frames:
        st.info(say("images.sanity_empty"))
        return moving
    layers = str(run.facts["layers"]).split()
    st.markdown(_says(config, run, frames))
    series, history = {}, store().history(config.key)
    for name in config.methods:
        key = f"{view.likeness}:{name}"
        told = dict(zip(*history[key], strict=True))  # older runs kept the mean alone
        each = [interval(frames[s].get(key, np.array([told[s]]))) for s in sorted(frames)]
        series[METHODS[name].about.label] = (
            np.array([mean for mean, _ in each]),
            np.array([half for _, half in each]),
        )
    ranked = view.likeness == "spearman"
    figure = images_sanity.curves(
        series,
        layers,
        axis=say(f"images.{view.likeness}_axis"),
        threshold=UNMOVED if ranked else None,
    )
    chart(figure, "images_sanity_curves", say("images.sanity_alt"))
    st.caption(say(f"images.sanity_{view.likeness}", pictures=config.pictures))
    figure = _sheet(config, of, job.moment(run), tuple(layers), view.picture % SHOWN, language())
    chart(figure, "images_sanity_maps", say("images.sanity_maps_alt"))
    job.foot(config, run, config.seed)
    return moving


@lru_cache(maxsize=4)
def _frames(config: Sanity, moment: str) -> dict[int, Arrays]:
    """All that is known at a moment."""
    return store().frames(config.key)


@lru_cache(maxsize=16)
def _sheet(
    config: Sanity, of: Classifier, moment: str, layers: tuple[str, ...], which: int, language: str
) -> go.Figure:
    """Every method's maps of one picture, stage by stage."""
    frames = _frames(config, moment)
    stages = _spread(sorted(frames))
    rows = {
        METHODS[name].about.label: [unpack(frames[stage], name, which) for stage in stages]
        for name in config.methods
    }
    titles = [say("images.picture")]
    titles += [say("images.as_trained") if not s else f"+ {layers[s - 1]}" for s in stages]
    picture = of.examples(config.pictures).pictures[which].permute(1, 2, 0).numpy()
    seen = np.broadcast_to(picture, (*picture.shape[:2], 3))
    return images_sanity.maps(seen, rows, titles, say("images.own_share"))


def _spread(steps: list[int]) -> list[int]:
    """The first, the last and some between."""
    at = np.linspace(0, len(steps) - 1, min(STAGES, len(steps))).round().astype(int)
    return [steps[i] for i in at]


def _says(config: Sanity, run: Run, frames: dict[int, Arrays]) -> str:
    """Who still shows the same map when nothing that was learned is left."""
    if run.state != "done":
        return say("images.sanity_running")
    half = frames[(max(frames) + 1) // 2]
    found = {name: interval(half[f"spearman:{name}"]) for name in config.methods}
    unmoved = [name for name, (mean, error) in found.items() if mean - error > UNMOVED]
    _, agreement = store().history(config.key)["agreement"]
    accuracy = f"{agreement[(max(frames) + 1) // 2]:.0%}"
    if not unmoved:
        return say("images.all_moved", accuracy=accuracy)
    told = ", ".join(
        say("images.unmoved_one", label=METHODS[n].about.label, mean=f"{found[n][0]:.2f}")
        for n in sorted(unmoved, key=lambda n: -found[n][0])
    )
    return say("images.unmoved", methods=told, accuracy=accuracy)
