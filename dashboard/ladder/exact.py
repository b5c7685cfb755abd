"""Section 1: how much of a distribution does each model catch? With every picture counted."""

from math import nan

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import export, job
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.judged import judged
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.ladder import paint
from dashboard.ladder.figures import exact as figures
from dashboard.ladder.names import name_of
from dashboard.ladder.view import LadderView
from engine.runs.shipped import put_shipped
from engine.runs.store import Run
from engine.statistics import compare
from engine.topics.ladder.sources import drawn
from engine.topics.ladder.work import SAMPLES, ExactLadder, Row, rows

ORDER = 10
BARE = True
OPENS = {ExactLadder: "exact."}
WHOLE = 1e-6  # how far from 1 a sum of single-precision probabilities may be


def knobs(view: LadderView) -> None:
    """The source, the training, the cheat, and who is looked at."""
    paint.source(view, "exact")
    for name in ("examples", "seeds", "seed", "cheat"):
        control(LadderView, "ladder", view, f"exact.{name}")
    if view.exact.cheat:
        control(LadderView, "ladder", view, "exact.pixel")
    control(LadderView, "ladder", view, "rung")


def show(view: LadderView) -> None:
    """The ladder, the seal, the scatter of all pictures, and samples."""
    work = view.exact
    st.markdown(say("ladder.exact_question"))
    paint.own(view, "exact")
    job.panel(
        work,
        "ladder_exact",
        say("ladder.climb"),
        lambda run: _draw(view, run),
        empty=say("ladder.not_yet"),
        what=say("ladder.exact_what", count=len(work.rungs) * work.seeds, n=f"{work.examples:,}"),
        share=lambda: job.share_of(work),
        alone=True,
        below=lambda run: _below(view, run),
    )


def _draw(view: LadderView, run: Run) -> bool | None:
    work = view.exact
    found = rows(work, store().history(run.key), run.facts)
    if not found:
        return False
    entropy = float(run.facts["entropy"])
    names = [name_of(row.id) for row in found]
    cheats = [not whole(row) for row in found]
    fig = figures.divergences(names, [row.cross - entropy for row in found], cheats)
    chart(fig, "ladder_bits", say("ladder.exact_alt"))
    _seal(found)
    table = _table(found, entropy)
    st.dataframe(table, hide_index=True, width="stretch", key="ladder_table")
    done = run.state == "done"
    legal = [row for row in found if whole(row)]
    if all(len(row.cross) == work.seeds for row in legal):
        bits = np.stack([row.cross - entropy for row in legal])
        judged(
            compare(bits, ratio=True),
            [name_of(row.id) for row in legal],
            "ladder_verdict",
            done=done,
        )
    if done:
        _pictures(view, run, found)
    return None


def whole(row: Row) -> bool:
    """Whether its probabilities sum to 1 in every training."""
    return bool((abs(row.off) <= WHOLE).all())


def _seal(found: list[Row]) -> None:
    """The sums of all 65,536 probabilities."""
    legal = [row for row in found if whole(row)]
    worst = max((float(abs(row.off).max()) for row in legal), default=0.0)
    text = say("ladder.seal", count=len(legal), worst=f"{worst:.0e}")
    st.info(text, icon=":material/verified:")
    for row in found:
        if not whole(row):
            sentence = say(
                "ladder.no_seal", name=name_of(row.id), total=f"{1 + float(row.off.mean()):.4f}"
            )
            st.error(sentence, icon=":material/gavel:")


def _table(found: list[Row], entropy: float) -> dict[str, list[str | float]]:
    return {
        say("ladder.model"): [name_of(row.id) for row in found],
        say("ladder.numbers"): [row.parameters for row in found],
        say("ladder.bits"): [round(float(row.cross.mean()), 4) for row in found],
        say("ladder.above"): [
            round(float(row.cross.mean()) - entropy, 4) if whole(row) else nan for row in found
        ],
        say("ladder.total"): [f"{1 + float(row.off.mean()):.7f}" for row in found],
        say("ladder.training"): [round(float(row.seconds.mean()), 2) for row in found],
    }


def _pictures(view: LadderView, run: Run, found: list[Row]) -> None:
    """The most likely pictures under both, and what each model draws."""
    arrays = store().frame(run.key, store().frame_steps(run.key)[-1])
    ids = [row.id for row in found]
    left, right = st.columns(2, gap="medium")
    if view.rung in ids:
        with left:
            log_p, log_q = arrays["log_p"], arrays["log_q"][ids.index(view.rung)]
            share = float(np.exp(np.asarray(log_p, float)).sum())
            title = say("ladder.against", count=f"{len(log_p):,}", share=f"{share:.1%}")
            st.caption(title)
            chart(
                figures.against(
                    np.asarray(log_p, float), np.asarray(log_q, float), name_of(view.rung)
                ),
                "ladder_against",
                say("ladder.against_alt"),
            )
    with right:
        st.caption(say("ladder.samples"))
        own = drawn(view.exact.source, SAMPLES, view.exact.seed, "samples").numpy()
        names = [say("ladder.source"), *(name_of(id) for id in ids)]
        numbers = np.vstack([own[None], arrays["samples"]]).astype(np.int32)
        chart(figures.sheet(names, numbers), "ladder_samples", say("ladder.samples_alt"))


def _below(view: LadderView, run: Run | None) -> None:
    """Where the numbers come from, and those of the pictures to be taken along."""
    said = job.origin(view.exact, run, view.exact.seed)
    if run is None or run.state != "done":
        export.foot(said, run)
        return

    def table() -> dict[str, NDArray[np.generic]]:
        arrays = store().frame(run.key, store().frame_steps(run.key)[-1])
        logs = {
            f"log_q_{id}": row for id, row in zip(view.exact.rungs, arrays["log_q"], strict=True)
        }
        return {"picture": arrays["numbers"], "log_p": arrays["log_p"], **logs}

    export.foot(said, run, more=lambda: export.numbers("pictures", run.key, table))


def _nearest(view: LadderView) -> Question | None:
    """Which model is nearest to the source?"""
    found = _known(view)
    if not found:
        return None
    best = min((row for row in found if whole(row)), key=lambda row: float(row.cross.mean()))
    options = {row.id: name_of(row.id) for row in found}
    return Choice(say("ladder.ask_nearest"), options, best.id)


def _total(view: LadderView) -> Question | None:
    """What does the sum of all probabilities become?"""
    cheat = [row for row in _known(view) if not whole(row)]
    if not cheat:
        return None
    total = 1 + float(cheat[0].off.mean())
    options = {name: say(f"ladder.sum_{name}") for name in ("one", "less", "more")}
    right = "more" if total > 1 else "less"
    return Choice(say("ladder.ask_total"), options, right)


def _known(view: LadderView) -> list[Row]:
    put_shipped(store(), view.exact)
    run = store().run(view.exact.key)
    return rows(view.exact, store().history(run.key), run.facts) if run else []


ASKS: SceneQuestions = {"nearest": _nearest, "total": _total}
