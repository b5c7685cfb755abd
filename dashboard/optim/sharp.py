"""Section 7: does a training end in a sharp or a flat minimum?"""

import streamlit as st

from dashboard.chart import chart
from dashboard.controls import what_differs
from dashboard.figures import optim_landscape
from dashboard.optim.job import job
from dashboard.optim.view import OptimView
from dashboard.runtime import store
from dashboard.words import say
from engine.landscape.work import Landscape
from engine.store import Run, Series
from engine.work import load


def show(view: OptimView) -> None:
    """Train a small network here, then look around it."""
    work = view.landscape
    what = say(
        "optim.landscape_what",
        data=work.base.data.about.label,
        optimizer=work.base.optimizer.about.label,
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
        st.info(say("optim.landscape_later", step=run.step, steps=run.steps))
        return
    arrays, told = store().frame(run.key, frames[-1]), run.summary
    unit = work.base.loss.unit or "–"
    rate = work.base.learning_rate
    with st.container(horizontal=True, key="optim_sharp_numbers"):
        st.metric(
            say("optim.eigenvalue"),
            f"{told['top_eigenvalue']:.4g}",
            help=say(
                "optim.eigenvalue_help",
                products=f"{told['products']:.0f}",
                residual=f"{told['residual']:.2g}",
            ),
            width="content",
        )
        st.metric(
            say("optim.stable_rate"),
            f"{told['stable_rate']:.4g}",
            help=say("optim.stable_help"),
            width="content",
        )
        st.metric(say("optim.used_rate"), f"{rate:g}", width="content")
        for name, title in (("validation_loss", "optim.held"), ("test_loss", "optim.test_loss")):
            if name in told:
                st.metric(say(title), f"{told[name]:.4f}", width="content")
        st.metric(
            say("optim.share"),
            f"{told['share']:.1%}",
            help=say("optim.share_help"),
            width="content",
        )
    left, right = st.columns(2, gap="medium")
    with left:
        chart(optim_landscape.plane(arrays, unit), "optim_plane", say("optim.plane_alt"))
    with right:
        chart(optim_landscape.lines(arrays, unit), "optim_lines", say("optim.lines_alt"))


def _others(work: Landscape) -> None:
    """Every landscape that was computed here, to be compared: what differs, and how sharp."""
    rows = []
    for run in store().runs():
        if run.kind != work.kind or run.state != "done":
            continue
        other = load(run.config)
        gaps = what_differs(work, other)
        told = ", ".join(f"{title} {there}" for title, (_, there) in gaps.items())
        rows.append(
            {
                say("optim.this_one"): told or say("optim.shown"),
                say("optim.eigenvalue"): round(run.summary["top_eigenvalue"], 3),
                say("optim.stable_rate"): round(run.summary["stable_rate"], 4),
                say("optim.test_loss"): round(run.summary.get("test_loss", float("nan")), 4),
            }
        )
    if len(rows) > 1:
        st.caption(say("optim.others"))
        st.dataframe(
            rows, hide_index=True, placeholder="–", width="stretch", key="optim_landscapes"
        )
