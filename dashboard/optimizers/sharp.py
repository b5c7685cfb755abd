"""Section 7: does a training end in a sharp or a flat minimum?"""

from collections.abc import Mapping

import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import what_differs
from dashboard.core.numbers import fixed
from dashboard.core.places import config_of
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.figures import landscape as figures
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.runs.store import Run, Series
from engine.topics.optimizers.landscape.sharpness import TOLERANCE
from engine.topics.optimizers.landscape.work import Landscape

ORDER = 70
KNOBS = (
    "base.data",
    "base.optimizer",
    "base.learning_rate",
    "base.batch_size",
    "base.epochs",
    "base.seed",
    "side",
    "reach",
    "direction_seed",
)
OPENS = {Landscape: "landscape."}


def knobs(view: OptimView) -> None:
    choices.part(view, "landscape", KNOBS)


def show(view: OptimView) -> None:
    """Train a small network here, then look around it."""
    work = view.landscape
    what = say(
        "optimizers.landscape_what",
        data=tr(work.base.data.about.label),
        optimizer=tr(work.base.optimizer.about.label),
        rate=f"{work.base.learning_rate:g}",
        side=work.side,
    )
    auto = work.key == OptimView().landscape.key
    job(work, lambda run, history: _around(work, run, history), what, auto=auto)
    _others(work)


def _around(work: Landscape, run: Run, history: Series) -> None:
    """The plane, the lines, and the top eigenvalue with what it allows."""
    frames = store().frame_steps(run.key)
    if not frames or run.state != "done":
        st.info(say("optimizers.landscape_later", step=run.step, steps=run.steps))
        return
    arrays, facts = store().frame(run.key, frames[-1]), run.summary
    unit = tr(work.base.loss.unit) or "–"
    rate = work.base.learning_rate
    with st.container(horizontal=True, key="optim_sharp_numbers"):
        st.metric(
            say("optimizers.eigenvalue"),
            f"{facts['top_eigenvalue']:.4g}",
            help=say(
                "optimizers.eigenvalue_help",
                products=f"{facts['products']:.0f}",
                residual=f"{facts['residual']:.2g}",
            ),
            width="content",
        )
        st.metric(
            say("optimizers.stable_rate"),
            f"{facts['stable_rate']:.4g}",
            help=say("optimizers.stable_help"),
            width="content",
        )
        st.metric(say("optimizers.used_rate"), f"{rate:g}", width="content")
        for name, title in (
            ("validation_loss", "optimizers.held"),
            ("test_loss", "optimizers.test_loss"),
        ):
            if name in facts:
                st.metric(say(title), fixed(facts[name]), width="content")
        st.metric(
            say("optimizers.share"),
            f"{facts['share']:.1%}",
            help=say("optimizers.share_help"),
            width="content",
        )
    how_sure(facts)
    left, right = st.columns(2, gap="medium")
    with left:
        chart(figures.plane(arrays, unit), "optim_plane", say("optimizers.plane_alt"))
    with right:
        chart(figures.lines(arrays, unit), "optim_lines", say("optimizers.lines_alt"))


def how_sure(facts: Mapping[str, float]) -> None:
    """How far the eigenvalue may be off, or that it was not found."""
    top, residual = facts["top_eigenvalue"], facts["residual"]
    found = facts.get("found", residual <= TOLERANCE * abs(top))  # one of an earlier revision
    id, draw = ("near", st.caption) if found else ("ran_out", st.warning)
    draw(
        say(
            f"optimizers.eigenvalue_{id}",
            top=f"{top:.4g}",
            residual=f"{residual:.2g}",
            products=f"{facts['products']:.0f}",
        )
    )


def _others(work: Landscape) -> None:
    """Every landscape that was computed here, to be compared: what differs, and how sharp."""
    rows = []
    for run in store().runs():
        if run.kind != work.kind or run.state != "done":
            continue
        other = config_of(run)  # None: of a version that had other settings
        if other is None or (other.outdated and run.key != work.key):
            continue
        gaps = what_differs(work, other)
        differs = ", ".join(f"{title} {there}" for title, (_, there) in gaps.items())
        rows.append(
            {
                say("optimizers.this_one"): differs or say("optimizers.shown"),
                say("optimizers.eigenvalue"): round(run.summary["top_eigenvalue"], 3),
                say("optimizers.stable_rate"): round(run.summary["stable_rate"], 4),
                say("optimizers.test_loss"): round(run.summary.get("test_loss", float("nan")), 4),
            }
        )
    if len(rows) > 1:
        st.caption(say("optimizers.others"))
        st.dataframe(
            rows, hide_index=True, placeholder="–", width="stretch", key="optim_landscapes"
        )
