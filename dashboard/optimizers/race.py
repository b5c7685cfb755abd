"""Section 4: which optimizer trains a network best, and would another seed say the same?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.controls import checked, control, short
from dashboard.core.judged import edges, judged, say_proof
from dashboard.core.numbers import fixed
from dashboard.core.words import say, tr
from dashboard.optimizers import choices, range_test
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import race as race_figures
from dashboard.optimizers.figures.race import CLASSIC, Entry
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.runs.store import Run, Series
from engine.statistics import compare
from engine.topics.optimizers.races.figures import figures, updates_per_epoch
from engine.topics.optimizers.races.race import Race
from engine.topics.optimizers.races.views import (
    CAUTION,
    Entrant,
    UCurve,
    at_equal_rate,
    at_own_best,
    by_clock,
    compared,
    loss_on_test,
    u_curve,
    widened,
)
from engine.training.fairness import proofs
from engine.training.seeds import LOSS, band, worst_of
from engine.training.sweep import Sweep

ORDER = 40
SHARED = ("data", "model.hidden", "layers.activation", "batch_size", "epochs", "schedule")
BATCH_LOSS = "batch_loss"
WIDE = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # of the scenes: no best rate at an edge


def knobs(view: OptimView) -> None:
    choices.knobs(view, "figure")
    if view.figure == "own":
        choices.optimizers(view)
        choices.knobs(view, "tried", "seeds")
    choices.network(view, SHARED)


def show(view: OptimView) -> None:
    """The race that the page asks for, or one of the three classic pictures."""
    if view.figure == "own":
        race = checked(view.race)
        if race is None:
            for sentence in link.notes():
                st.warning(tr(sentence), icon=":material/info:")
            return
        _per_epoch(race)
        networks = len(race.variants())
        what = say(
            "optimizers.race_what",
            networks=networks,
            optimizers=len(race.optimizers),
            rates=len(race.rates),
            seeds=race.seeds,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            control(OptimView, "optim", view, "fair")
            if view.fair == "equal":
                control(OptimView, "optim", view, "equal")
            if view.fair == "u":
                control(OptimView, "optim", view, "range_test")
        job(race, lambda run, history: _own(view, race, run, history), what, auto=_first(view))
        if view.fair == "u" and view.range_test:
            range_test.show(view)
        return
    figure = next(f for f in figures(view.base) if f.id == view.figure)
    work, colours = figure.work, dict(figure.colours)
    _per_epoch(work)
    what = say("optimizers.classic_what", networks=len(work.variants()))
    auto = view.base == OptimView().base
    job(work, lambda run, history: _classic(work, colours, run, history), what, auto=auto)


def _first(view: OptimView) -> bool:
    """Whether this is the race of a bare link or of the scenes: it starts unasked."""
    first = OptimView()
    return view.race().key in {
        first.with_("tried", tried).race().key for tried in (first.tried, WIDE)
    }


def _per_epoch(work: Race | Sweep) -> None:
    """⌈N / B⌉ with its numbers."""
    examples = len(work.base.prepared().train.x)
    sizes = (
        [int(value) for value in work.values]
        if isinstance(work, Sweep) and work.vary == "batch_size"
        else [work.base.batch_size]
    )
    text = ", ".join(
        rf"\left\lceil \tfrac{{{examples}}}{{{size}}} \right\rceil = "
        rf"{updates_per_epoch(examples, size)}"
        for size in sizes
    )
    st.markdown(say("optimizers.per_epoch", count=f"${text}$"))


def _own(view: OptimView, race: Race, run: Run, history: Series) -> None:
    """One of the three fair views, or the U-curve; with the proof that it is fair."""
    title = say("optimizers.validation_loss", unit=tr(race.base.loss.unit) or "–")
    if not any(name.startswith(LOSS) for name in history):
        st.info(say("optimizers.no_curve"))
        return
    over_epochs: dict[str, Any] = {
        "name": f"race_{view.fair}",
        "y_title": title,
        "x_title": say("optimizers.epochs"),
        "per": float(run.facts.get("per_epoch", 1)),
        "end": float(race.base.epochs),
    }
    tried, until = len(race.rates), dict.fromkeys(race.optimizers, np.inf)
    match view.fair:
        case "u":
            curves = [u_curve(race, history, id) for id in race.optimizers]
            chart(race_figures.u_curves(curves, y_title=title), "optim_u", say("optimizers.u_alt"))
            found = at_own_best(race, history)
        case "clock" if run.state == "done":
            clocked = by_clock(race, history, run.summary)
            found, until = clocked.compared, clocked.until
            axes = {"x_title": say("optimizers.seconds"), "y_title": title, "at": clocked.at}
            _draw(clocked.entrants, name="race_clock", **axes)
            st.caption(say("optimizers.clock_is", seconds=f"{clocked.at:.3g}"))
        case "clock":
            st.info(say("optimizers.clock_later"))
            return
        case "equal":
            rate = min(race.rates, key=lambda tried: abs(np.log(tried / view.equal)))
            found, tried = at_equal_rate(race, history, rate), 1
            st.caption(say("optimizers.equal_is", rate=short(rate)))
            _draw(found, **over_epochs)
        case _:
            found = at_own_best(race, history)
            _draw(found, **over_epochs)
    st.caption(say("verdict.band", seeds=race.seeds))
    if view.fair != "equal":
        if run.state == "done":
            _edges(view, race, [u_curve(race, history, id, until=until[id]) for id in until])
        st.caption(f"{say('optimizers.caution')} {tr(CAUTION)}")
    _table(race, run, found, at_end=view.fair != "clock")
    _judge(race, run, history, found, tried)
    say_proof(proofs(run.facts, race.seeds), race.base.seed)


def _draw(entrants: Sequence[Entrant], **axes: Any) -> None:
    figure = race_figures.race(race_figures.entries_of(entrants), **axes)
    chart(figure, "optim_race", say("optimizers.race_alt"))


def _edges(view: OptimView, race: Race, curves: Sequence[UCurve]) -> None:
    """Whose best rate lies at the edge of those tried, and a button that tries more there."""
    found = [(curve, curve.best) for curve in curves if curve.at_edge and curve.best]
    edges([(label(curve.optimizer), short(best), curve.lowest) for curve, best in found])
    below, above = (any(c.lowest == low for c, _ in found) for low in (True, False))
    wider = widened(race.rates, below, above)
    if len(wider) > len(race.rates):
        st.button(
            say("optimizers.wider", rates=", ".join(map(short, wider))),
            icon=":material/unfold_more:",
            key="optim_wider",
            on_click=lambda: link.write(OptimView, view.with_("tried", wider)),
        )


def _table(race: Race, run: Run, entrants: Sequence[Entrant], *, at_end: bool) -> None:
    """Loss, spread, deaths and time of each optimizer, where this view compares them."""
    rows = []
    for one in entrants:
        band, seconds = one.band, run.summary.get(f"seconds_per_update/{one.optimizer}")
        row = {
            say("optimizers.optimizer"): label(one.optimizer),
            say("optimizers.rate"): short(one.rate),
            say("optimizers.final"): fixed(band.middle[-1]) if band.alive else "–",
            say("optimizers.range"): f"{fixed(band.low[-1])} … {fixed(band.high[-1])}"
            if band.alive
            else "–",
        }
        if at_end:
            test = loss_on_test(race, run.summary, one)
            row[say("optimizers.test")] = fixed(test) if np.isfinite(test) else "–"
        rows.append(
            row
            | {
                say("optimizers.died"): f"{band.died} / {race.seeds}",
                say("optimizers.update_time"): f"{1e6 * seconds:.0f}" if seconds else "–",
            }
        )
    st.dataframe(rows, hide_index=True, placeholder="–", width="stretch", key="optim_race_table")


def _judge(race: Race, run: Run, history: Series, entrants: Sequence[Entrant], tried: int) -> None:
    """Whether each optimizer differs from the best by more than the seed does."""
    if race.seeds < 2:
        st.caption(say("optimizers.one_seed"))
        return
    alive = [one for one in entrants if one.band.alive]
    if len(alive) > 1:
        judged(
            compared(race, history, alive, tried),
            [label(one.optimizer) for one in alive],
            "optim_forest",
            done=run.state == "done",
            died=any(one.band.died for one in alive),
        )


def _classic(work: Race | Sweep, colours: dict[str, str], run: Run, history: Series) -> None:
    """A picture by optimizer, by learning rate or by batch size: training loss over epochs."""
    if not any(name.startswith(BATCH_LOSS) for name in history):
        st.info(say("optimizers.no_curve"))
        return
    networks = range(len(colours) * work.seeds)
    worst = {series: worst_of(history, series, networks) for series in (BATCH_LOSS, LOSS)}
    drawn, ends = [], []
    for value, colour in colours.items():
        name, members = _named(work, value)
        per_epoch = float(run.facts.get("per_epoch", 1))
        if isinstance(work, Sweep):
            per_epoch = updates_per_epoch(len(work.base.prepared().train.x), int(value))
        curves = band(history, BATCH_LOSS, members, worst[BATCH_LOSS])
        drawn.append(Entry(name, curves.times(1 / per_epoch), CLASSIC[colour]))
        ends.append(band(history, LOSS, members, worst[LOSS]))
    figure = race_figures.race(
        drawn,
        name=f"classic_{len(drawn)}",
        x_title=say("optimizers.epochs"),
        y_title=say("optimizers.training_loss", unit=tr(work.base.loss.unit) or "–"),
        end=float(work.base.epochs),
        seeds=True,
    )
    chart(figure, "optim_classic", say("optimizers.race_alt"))
    st.caption(say("optimizers.classic_key"))
    if isinstance(work, Sweep) or len(work.optimizers) > 1:
        rate = work.base.learning_rate if isinstance(work, Sweep) else work.rates[0]
        st.caption(say("optimizers.classic_rate", rate=short(rate)))
    if all(one.alive for one in ends):
        judged(
            compare([one.finals for one in ends], ratio=True, worst=worst[LOSS]),
            [entry.label for entry in drawn],
            "optim_classic_forest",
            done=run.state == "done",
            died=any(one.died for one in ends),
        )
    say_proof(proofs(run.facts, work.seeds), work.base.seed)


def _named(work: Race | Sweep, value: str) -> tuple[str, Sequence[int]]:
    """What a reader calls a value of a classic picture, and the numbers of its runs."""
    if isinstance(work, Sweep):
        first = work.values.index(value) * work.seeds
        return say("optimizers.batch_is", size=value), range(first, first + work.seeds)
    if value in work.optimizers:
        return label(value), work.members(value, work.rates[0])
    return say("optimizers.rate_is", rate=value), work.members(work.optimizers[0], float(value))


def link_of(config: Race) -> dict[str, str]:
    """What the page's link says, to open on this race."""
    base = config.base.with_("learning_rate", OptimView().base.learning_rate)  # it tries others
    shared = ("optimizers", "rules", "seeds")
    view = OptimView(base=base, tried=config.rates, **{name: config.get(name) for name in shared})
    return view.flat()


OPENS = {Race: link_of}
