"""Section 8: why does a training not end in the sharpest valley? The edge of stability."""

import streamlit as st

from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.figures import edge as figures
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.runs.shipped import put_shipped
from engine.runs.store import Run, Series
from engine.topics.optimizers.landscape.edge import Edge, Lane, lanes

ORDER = 75
KNOBS = (
    "rates",
    "base.data",
    "base.layers.activation",
    "base.optimizer",
    "base.batch_size",
    "base.epochs",
    "base.seed",
)
OPENS = {Edge: "edge."}


def knobs(view: OptimView) -> None:
    choices.part(view, "edge", KNOBS)


def show(view: OptimView) -> None:
    """Train at each rate, and follow the sharpness."""
    work = view.edge
    st.markdown(say("optimizers.edge_question"))
    what = say("optimizers.edge_what", count=len(work.rates), epochs=f"{work.base.epochs:,}")
    job(work, lambda run, history: _draw(work, run, history), what)


def _draw(work: Edge, run: Run, history: Series) -> None:
    found = lanes(work, history, int(run.facts.get("updates", 1)))
    if not found:
        st.info(say("optimizers.not_yet"))
        return
    unit = tr(work.base.loss.unit) or "–"
    left, right = st.columns(2, gap="medium")
    with left:
        chart(figures.sharpness(found), "optim_edge", say("optimizers.edge_alt"))
    with right:
        chart(figures.losses(found, unit), "optim_edge_loss", say("optimizers.edge_loss_alt"))
    st.markdown("\n".join(f"- {_said(lane, run.state == 'done')}" for lane in found))
    if run.state == "done" and run.summary.get("worst"):
        st.caption(say("optimizers.edge_check", worst=f"{run.summary['worst']:.1g}"))


def _said(lane: Lane, whole: bool) -> str:
    """What became of one training, in a sentence."""
    rate, limit = f"{lane.rate:g}", f"{lane.limit:.3g}"
    if whole and not lane.ended:
        return say("optimizers.edge_diverged", rate=rate, step=f"{lane.steps[-1]:,}")
    if lane.reached is None or (held := lane.held) is None:
        share = lane.sharpness.max() / lane.limit
        return say("optimizers.edge_below", rate=rate, limit=limit, share=f"{share:.0%}")
    low, middle, high = (f"{part:.2f}" for part in held)
    step = f"{lane.steps[lane.reached]:,}"
    return say(
        "optimizers.edge_at", rate=rate, limit=limit, step=step, low=low, middle=middle, high=high
    )


def _edge(view: OptimView) -> Question | None:
    """What becomes of the sharpness while the loss falls?"""
    put_shipped(store(), view.edge)
    run = store().run(view.edge.key)
    if run is None or run.state != "done":
        return None
    found = lanes(view.edge, store().history(run.key), int(run.facts.get("updates", 1)))
    options = {name: say(f"optimizers.edge_{name}") for name in ("falls", "limit", "same")}
    grows = all(lane.sharpness[-1] > lane.sharpness[0] for lane in found)
    apart = len({round(lane.sharpness[-1] / lane.limit, 1) for lane in found}) == 1
    return Choice(
        say("optimizers.ask_edge"),
        options,
        "limit" if grows and apart else "same" if grows else "falls",
    )


ASKS: SceneQuestions = {"edge": _edge}
