"""The verdicts of a comparison on the screen: sentences, a forest plot, and how they were made."""

from collections.abc import Sequence

import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.verdict import rule, sentences
from dashboard.core.words import say
from dashboard.figures.forest import forest
from engine.statistics import Comparison
from engine.training.fairness import Proof

SHOWN = 4  # seeds whose hashes stand on the page; those of all are a touch away


def judged(
    comparison: Comparison, labels: Sequence[str], name: str, *, done: bool, died: bool = False
) -> None:
    """Who is better than the seed alone makes, once all have ended; before, who is ahead.

    Args:
        comparison: of settings over seeds.
        labels: what a reader calls each setting.
        name: of the chart.
        done: whether all runs have ended.
        died: whether one of them diverged.
    """
    if len(labels) < 2 or comparison.seeds < 2:
        return
    if not done:
        st.markdown(say("verdict.so_far", best=labels[comparison.order[0]]))
        return
    for sentence in sentences(comparison, labels):
        st.markdown(sentence)
    found = comparison.against_best()
    rows = [(labels[other], verdict) for _, other, verdict in found]
    axis = "verdict.times_axis" if comparison.ratio else "verdict.gap_axis"
    title = say(axis, best=labels[found[0][0]])
    chart(forest(name, rows, title), name, say("verdict.forest_alt"))
    st.caption(" ".join([rule(comparison), *([say("verdict.dead")] if died else [])]))


def edges(best: Sequence[tuple[str, str, bool]]) -> None:
    """A sentence for each best value that lies at an edge of what was tried.

    Args:
        best: name of the setting, its best value, and whether that is the lowest one.
    """
    for name, value, lowest in best:
        which = "verdict.edge_low" if lowest else "verdict.edge_high"
        st.caption(f":material/warning: {say(which, name=name, rate=value)}")


def say_proof(proofs: Sequence[Proof], seed: int, tensors: Sequence[str] | None = None) -> None:
    """The hashes that show what all settings of each seed share.

    Args:
        proofs: one a seed; none: the run is older than they are, and says nothing.
        seed: the first one.
        tensors: names of those that are shared where not all are; None: is not told.
    """
    if not proofs:
        return
    hashes = [
        say(
            "verdict.hash",
            seed=seed + number,
            weights=", ".join(one.weights),
            order=", ".join(one.orders),
        )
        for number, one in enumerate(proofs)
    ]
    more = hashes[SHOWN:]
    runs = "; ".join(hashes[:SHOWN] + (["…"] if more else []))
    which = "verdict.shared" if all(one.holds for one in proofs) else "verdict.unshared"
    st.caption(say(which, runs=runs), help="; ".join(hashes) if more else None)
    if tensors is not None:
        names = ", ".join(tensors)
        st.caption(
            say("verdict.shared_tensors", names=names) if names else say("verdict.no_tensor")
        )
