"""Many runs on the screen: a setting over seeds, or several values of it, with a verdict."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import foot, honest
from dashboard.core.judged import edges, judged, say_proof
from dashboard.core.live import live
from dashboard.core.numbers import fixed
from dashboard.core.runtime import store
from dashboard.core.side_by_side import Seen, side_by_side
from dashboard.core.words import say, tr
from dashboard.figures import curves
from dashboard.language.called import called
from engine.config import Knob, shown
from engine.runs.store import Run, Series
from engine.statistics import compare, solved
from engine.training.fairness import proofs, shared_tensors
from engine.training.seeds import LOSS, Band
from engine.training.sweep import Sweep

# Of the measures where more is better: what counts as solved.
SOLVED = {"validation_accuracy": 0.95, "validation_r2": 0.9}
SAME_PACE = ("layers.activation", "model.hidden", "model", "learning_rate", "optimizer")


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
    groups, per_epoch = _groups(sweep, labels), _per_epoch(sweep, run)
    title, numbers = ("", []) if labels else (_title(sweep), _numbers(sweep))
    seen = Seen(sweep, history, groups, per_epoch, log, format, title, numbers)
    _curves(seen)
    losses = seen.bands(LOSS)
    _table(losses, seen.ratio)
    _judge(seen, losses, done=run.state == "done")
    side_by_side(seen)
    _proof(sweep, run)
    foot(honest(sweep, run), run)
    return run.active


def _curves(seen: Seen) -> None:
    """Losses, and the share of right answers where there is one, over the epochs."""
    columns = st.columns(2, gap="medium")
    for column, series in zip(columns, (LOSS, _measure(seen.history)), strict=True):
        if series is None:
            continue
        loss = series == LOSS
        unit = seen.unit if loss else ""
        title = say(f"compare.{series}") + unit
        figure = curves.bands(
            series,
            seen.over_epochs(series),
            title=title,
            log=seen.log and loss,
            parted=seen.parted_epoch,
            styles=seen.looks,
            legend=seen.title,
            bounds=curves.BOUNDS.get(series.removeprefix("validation_")),
        )
        with column:
            chart(figure, f"compare_{series}", title, format=seen.format)
            which = "verdict.band" if loss and seen.ratio else "verdict.band_mean"
            st.caption(say(which, seeds=seen.sweep.seeds))


def _measure(history: Series) -> str | None:
    names = {name.split(":")[0] for name in history}
    return next((name for name in SOLVED if name in names), None)


def _per_epoch(sweep: Sweep, run: Run) -> list[int]:
    """Updates an epoch of each value."""
    if int(run.facts.get("programs", 1)) == 1 or sweep.vary in SAME_PACE:
        return [int(run.facts.get("per_epoch", 1))] * len(sweep.labels())
    return _paces(sweep, sweep.key)


@st.cache_data(show_spinner=False, max_entries=64)
def _paces(_sweep: Sweep, key: str) -> list[int]:
    return [config.unit("epoch") for config in _sweep.variants()[:: _sweep.seeds]]


@st.cache_data(show_spinner=False, max_entries=64)
def _tensors(_sweep: Sweep, key: str) -> list[str]:
    """Tensors that settings of the first seed share at their start, and how many of them do."""
    found = shared_tensors(_sweep.variants()[:: _sweep.seeds])
    every = len(_sweep.labels())
    return [f"{name} ({count}/{every})" for name, count in found.items() if count > 1]


def _groups(sweep: Sweep, labels: Sequence[str] = ()) -> dict[str, range]:
    """Label of each value to the numbers of its runs."""
    title = _title(sweep) or say("compare.seeds", seeds=sweep.seeds)
    names = list(labels) or sweep.labels()
    if sweep.vary and not labels:
        field = sweep.base.knobs()[sweep.vary]
        names = [called(field, name) for name in names]
    whole = names if labels else [f"{title} {name}".strip() for name in names]
    return dict(zip(whole, sweep.members(), strict=True))


def _title(sweep: Sweep) -> str:
    """What a reader calls the setting that varies; empty where only the seed does."""
    if not sweep.vary:
        return ""
    return tr((shown(sweep.base.knobs()[sweep.vary]) or Knob(title=sweep.vary)).title)


def _numbers(sweep: Sweep) -> list[float]:
    """The values of the setting that varies; none where they are names."""
    try:
        return [float(text) for text in sweep.values]
    except ValueError:
        return []


def _table(losses: Mapping[str, Band], ratio: bool) -> None:
    """Final losses with their spread; a run that diverged counts as the worst, as in the chart."""
    final = say("compare.final" if ratio else "compare.final_mean")
    rows = []
    for label, one in losses.items():
        row: dict[str, str | float] = {say("compare.setting"): label}
        if one.alive:
            row[final] = float(one.middle[-1])
            row[say("compare.range")] = f"{fixed(one.low[-1])} … {fixed(one.high[-1])}"
        rows.append(row | {say("compare.died"): one.died})
    st.dataframe(rows, hide_index=True, placeholder="–", width="stretch", key="compare_table")


def _judge(seen: Seen, losses: Mapping[str, Band], *, done: bool) -> None:
    """Whether the best is better than seed noise, at an edge, and how many seeds solved it."""
    sweep = seen.sweep
    if sweep.seeds < 2:
        if sweep.vary:
            st.caption(say("compare.one_seed"))
        return
    alive = {label: one for label, one in losses.items() if one.alive}
    if len(alive) < 2:
        return
    comparison = compare([one.finals for one in alive.values()], ratio=True, worst=seen.worst)
    died = any(one.died for one in losses.values())
    judged(comparison, list(alive), "compare_forest", done=done, died=died)
    if not done:
        return
    if edge := at_edge(sweep, list(losses).index(list(alive)[comparison.order[0]])):
        edges([(say("compare.best"), *edge)])
    measure = _measure(seen.history)
    if measure is None:
        return
    ends = {label: band.finals for label, band in seen.bands(measure).items()}
    counts = [
        say("verdict.solved", setting=label, solved=solved(last.tolist(), SOLVED[measure]),
            seeds=sweep.seeds)
        for label, last in ends.items()
    ]  # fmt: skip
    name = say(f"compare.{measure}").split(" (")[0]
    st.markdown(" ".join(counts))
    st.caption(say("verdict.solved_is", measure=name, threshold=SOLVED[measure]))


def at_edge(sweep: Sweep, place: int) -> tuple[str, bool] | None:
    """The value at a place where it is the lowest or highest of numbers that were tried, and
    whether it is the lowest."""
    values = _numbers(sweep)  # names have no edge
    if len(set(values)) < 3 or values[place] not in (min(values), max(values)):
        return None
    return sweep.values[place], values[place] == min(values)


def _proof(sweep: Sweep, run: Run) -> None:
    """The hashes that show what was shared; and the shared tensors, where not all are."""
    found = proofs(run.facts, sweep.seeds)
    if len(sweep.labels()) < 2 or not found:
        return
    apart = any(len(one.weights) > 1 for one in found)
    say_proof(found, sweep.base.seed, _tensors(sweep, sweep.key) if apart else None)
