"""Section 5: does an explanation change when the network forgets what it has learned?"""

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.runtime import store
from dashboard.core.words import language, say, tr
from dashboard.explain_images import menus, network
from dashboard.explain_images.figures import sanity as figures
from dashboard.explain_images.suited import suited
from dashboard.explain_images.view import ImagesView
from engine.explain.maps.packed import unpack
from engine.explain.methods import METHODS
from engine.networks.classifiers import Classifier
from engine.runs.files import Arrays
from engine.runs.store import Run
from engine.statistics import interval
from engine.topics.explain_images.sanity import SHOWN, UNMOVED, Sanity

ORDER = 50
OPENS = {Sanity: "sanity."}

STAGES = 6  # whose maps are drawn, at most


def knobs(view: ImagesView) -> None:
    """Network and methods first; the rest folded."""
    network.choose(view, "sanity.network")
    menus.methods(view, "sanity.methods")
    few = ("likeness", "picture", "sanity.pictures")
    few_first(ImagesView, "images", view, few, ["sanity.seed"])


def show(view: ImagesView) -> None:
    """Similarity over the stages, who did not move, and the maps of one picture."""
    of = network.opened(view.sanity.network)
    if of is None:
        return
    if (sanity := suited(view.sanity, of)) is None:
        return
    view = view.with_("sanity", sanity)
    job.panel(
        sanity,
        "images_sanity",
        say("explain_images.sanity_start"),
        lambda run: _draw(view, of, run),
        empty=say("explain_images.sanity_empty"),
        again="explain_images.again",
    )


def _draw(view: ImagesView, of: Classifier, run: Run) -> bool:
    config = view.sanity
    frames = _frames(config, job.moment(run))
    if not frames:
        return False
    layers = str(run.facts["layers"]).split()
    st.markdown(_says(config, run, frames))
    series, history = {}, store().history(config.key)
    for name in config.methods:
        key = f"{view.likeness}:{name}"
        means = dict(zip(*history[key], strict=True))  # older runs kept the mean alone
        each = [interval(frames[s].get(key, np.array([means[s]]))) for s in sorted(frames)]
        series[tr(METHODS[name].about.label)] = (
            np.array([mean for mean, _ in each]),
            np.array([half for _, half in each]),
        )
    ranked = view.likeness == "spearman"
    figure = figures.curves(
        series,
        layers,
        axis=say(f"explain_images.{view.likeness}_axis"),
        threshold=UNMOVED if ranked else None,
    )
    chart(figure, "images_sanity_curves", say("explain_images.sanity_alt"))
    st.caption(say(f"explain_images.sanity_{view.likeness}", pictures=config.pictures))
    figure = _sheet(config, of, job.moment(run), tuple(layers), view.picture % SHOWN, language())
    chart(figure, "images_sanity_maps", say("explain_images.sanity_maps_alt"))
    return True


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
        tr(METHODS[name].about.label): [unpack(frames[stage], name, which) for stage in stages]
        for name in config.methods
    }
    titles = [say("explain_images.picture")]
    titles += [say("explain_images.as_trained") if not s else f"+ {layers[s - 1]}" for s in stages]
    picture = of.examples(config.pictures).pictures[which].permute(1, 2, 0).numpy()
    seen = np.broadcast_to(picture, (*picture.shape[:2], 3))
    return figures.maps(seen, rows, titles, say("explain_images.own_share"))


def _spread(steps: list[int]) -> list[int]:
    """The first, the last and some between."""
    at = np.linspace(0, len(steps) - 1, min(STAGES, len(steps))).round().astype(int)
    return [steps[i] for i in at]


def _says(config: Sanity, run: Run, frames: dict[int, Arrays]) -> str:
    """Who still shows the same map when nothing that was learned is left."""
    if run.state != "done":
        return say("explain_images.sanity_running")
    half = frames[(max(frames) + 1) // 2]
    found = {name: interval(half[f"spearman:{name}"]) for name in config.methods}
    unmoved = [name for name, (mean, error) in found.items() if mean - error > UNMOVED]
    _, agreement = store().history(config.key)["agreement"]
    accuracy = f"{agreement[(max(frames) + 1) // 2]:.0%}"
    if not unmoved:
        return say("explain_images.all_moved", accuracy=accuracy)
    names = ", ".join(
        say(
            "explain_images.unmoved_one",
            label=tr(METHODS[n].about.label),
            mean=f"{found[n][0]:.2f}",
        )
        for n in sorted(unmoved, key=lambda n: -found[n][0])
    )
    return say("explain_images.unmoved", methods=names, accuracy=accuracy)
