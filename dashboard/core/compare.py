"""Many runs on the screen: a setting over seeds, or several values of it, with a verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import foot, honest
from dashboard.core.live import live
from dashboard.core.runtime import store
from dashboard.core.verdict import beats
from dashboard.core.words import say, tr
from dashboard.figures import curves, plane
from engine.config import Knob, family, shown
from engine.runs.store import Series
from engine.statistics import paired
from engine.training.sweep import Sweep


def show(
    sweep: Sweep, labels: Sequence[str] = (), *, log: bool = True, format: str = "png"
) -> None:
    """The comparison on the screen.

    Args:
        sweep: what is compared.
        labels: what a reader calls each value; empty: the setting's title and the value.
        log: whether losses stand on a logarithmic axis.
        format: of the pictures that the camera saves, "png" or "svg".
    """
    live(lambda: _draw(sweep, labels, log, format), active=job.active(sweep), every=0.6)


def _draw(sweep: Sweep, labels: Sequence[str], log: bool, format: str) -> bool:
    networks = len(sweep.variants())
    run = job.bar(sweep, "compare", say("compare.train", networks=networks), "job.train_again",
                  what=say("compare.progress", networks=networks))  # fmt: skip
    history = store().history(sweep.key) if run else {}
    if run is None or not history:
        st.info(say("compare.empty", networks=networks))
        return bool(run and run.active)
    groups = _groups(sweep, labels)
    per_epoch = int(run.facts.get("per_epoch", 1))
    unit = f" ({tr(sweep.base.loss.unit)})" if sweep.base.loss.unit else ""
    columns = st.columns(2, gap="medium")
    for column, series in zip(columns, ("validation_loss", _measure(history)), strict=True):
        with column:
            if series is None:
                continue
            title = say(f"compare.{series}") + (unit if series.endswith("loss") else "")
            figure = curves.bands(
                series,
                {label: _pairs(history, series, members) for label, members in groups.items()},
                per_epoch=per_epoch,
                title=title,
                log=log and series.endswith("loss"),
            )
            chart(figure, f"compare_{series}", title, format=format)
    _table(sweep, history, groups)
    _surfaces(sweep, groups, format)
    _proof(sweep, run.facts)
    foot(honest(sweep, run), run)
    return run.active


def _measure(history: Series) -> str | None:
    names = {name.split(":")[0] for name in history}
    return next((n for n in ("validation_accuracy", "validation_r2") if n in names), None)


def _groups(sweep: Sweep, labels: Sequence[str] = ()) -> dict[str, list[int]]:
    """Label of each value to the numbers of its runs."""
    if labels:
        return {
            label: list(range(i * sweep.seeds, (i + 1) * sweep.seeds))
            for i, label in enumerate(labels)
        }
    title = say("compare.seeds", seeds=sweep.seeds)
    registry: Mapping[str, Any] | None = None
    if sweep.vary:
        field = sweep.base.knobs()[sweep.vary]
        title = tr((shown(field) or Knob(title=sweep.vary)).title)
        registry = family(field)
    called = [tr(registry[v].about.label) if registry else v for v in sweep.labels()]
    return {
        f"{title} {label}".strip(): list(range(i * sweep.seeds, (i + 1) * sweep.seeds))
        for i, label in enumerate(called)
    }


def _pairs(history: Series, series: str, members: Sequence[int]) -> list[curves.Pairs]:
    return [history[f"{series}:{i}"] for i in members if f"{series}:{i}" in history]


def _table(sweep: Sweep, history: Series, groups: Mapping[str, list[int]]) -> None:
    """Final losses with their spread, and whether the best is better than seed noise."""
    finals: dict[str, list[float]] = {}
    rows = []
    for label, members in groups.items():
        died = [i for i in members if f"died:{i}" in history]
        ends = [
            float(history[f"validation_loss:{i}"][1][-1])
            for i in members
            if f"validation_loss:{i}" in history and i not in died
        ]
        finals[label] = ends if len(ends) == len(members) else []
        rows.append(
            {
                say("compare.setting"): label,
                say("compare.mean"): float(np.mean(ends)) if ends else None,
                say("compare.sd"): float(np.std(ends, ddof=1)) if len(ends) > 1 else None,
                say("compare.died"): len(died),
            }
        )
    st.dataframe(rows, hide_index=True, placeholder="–", width="stretch", key="compare_table")
    whole = {label: ends for label, ends in finals.items() if ends}
    if len(whole) < 2 or sweep.seeds < 2:
        if sweep.vary and sweep.seeds < 2:
            st.caption(say("compare.one_seed"))
        return
    order = sorted(whole, key=lambda label: float(np.mean(whole[label])))
    for other in order[1:]:
        st.markdown(beats(order[0], other, paired(whole[other], whole[order[0]])))


def _surfaces(sweep: Sweep, groups: Mapping[str, list[int]], format: str) -> None:
    """The decision surfaces of the first seed of each value, or of every seed."""
    frames = store().frame_steps(sweep.key)
    if not frames:
        return
    arrays = store().frame(sweep.key, frames[-1])
    members = (
        {label: ids[0] for label, ids in groups.items()}
        if len(groups) > 1
        else {say("compare.seed", seed=sweep.base.seed + i): i for i in next(iter(groups.values()))}
    )
    found = {
        label: arrays[f"surface:{i}"] for label, i in members.items() if f"surface:{i}" in arrays
    }
    if found:
        st.caption(say("compare.surfaces"))
        chart(plane.gallery(found), "compare_surfaces", say("compare.surfaces"), format=format)


def _proof(sweep: Sweep, facts: Mapping[str, object]) -> None:
    """The hashes that show what was shared."""
    first = [i * sweep.seeds for i in range(len(sweep.labels()))]
    weights = {str(facts.get(f"weights_hash:{i}")) for i in first}
    orders = {str(facts.get(f"order_hash:{i}")) for i in first}
    if len(first) > 1:
        same = len(weights) == 1 and len(orders) == 1
        st.caption(
            say(
                "compare.shared" if same else "compare.not_shared",
                weights=", ".join(sorted(weights)),
                order=", ".join(sorted(orders)),
                programs=facts.get("programs", "–"),
            )
        )
