"""Section 4: which optimizer trains a network best, and would another seed say the same?"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.controls import checked, control, short
from dashboard.core.numbers import fixed
from dashboard.core.verdict import beats
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.bands import of_sweep
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import race as race_figures
from dashboard.optimizers.figures.race import CLASSIC, Entry
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.runs.store import Run, Series
from engine.topics.optimizers.races.figures import figures, updates_per_epoch
from engine.topics.optimizers.races.race import Race
from engine.topics.optimizers.races.views import (
    CAUTION,
    LOSS,
    Band,
    at_equal_rate,
    at_own_best,
    band,
    by_clock,
    compare,
    u_curve,
)
from engine.training.sweep import Sweep

ORDER = 40
SHARED = ("data", "model.hidden", "layers.activation", "batch_size", "epochs", "schedule")

PAIRS = 10  # verdicts that are told, at most


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
        job(race, lambda run, history: _own(view, race, run, history), what, auto=_first(view))
        return
    figure = next(f for f in figures(view.base) if f.id == view.figure)
    work, colours = figure.work, dict(figure.colours)
    _per_epoch(work)
    what = say("optimizers.classic_what", networks=len(work.variants()))
    auto = view.base == OptimView().base
    job(work, lambda run, history: _classic(work, colours, run, history), what, auto=auto)


def _first(view: OptimView) -> bool:
    """Whether this is the race that the page opens on: it starts unasked."""
    return view.race().key == OptimView().race().key


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
    epochs = float(race.base.epochs)
    per_epoch = float(run.facts.get("per_epoch", 1))
    if not any(name.startswith(LOSS) for name in history):
        st.info(say("optimizers.no_curve"))
        return
    axes = {"name": f"race_{view.fair}", "y_title": title}
    bands: Sequence[Band] = ()
    rate = min(race.rates, key=lambda tried: abs(np.log(tried / view.equal)))
    match view.fair:
        case "u":
            curves = [u_curve(race, history, id) for id in race.optimizers]
            chart(race_figures.u_curves(curves, y_title=title), "optim_u", say("optimizers.u_alt"))
            for curve in curves:
                if curve.at_edge:
                    st.caption(say("optimizers.edge", name=label(curve.optimizer), rate=curve.best))
            bands = at_own_best(race, history)
        case "clock" if run.state == "done":
            bands = by_clock(race, history, run.summary)
            _draw(bands, x_title=say("optimizers.seconds"), **axes)
        case "clock":
            st.info(say("optimizers.clock_later"))
        case "equal":
            bands = at_equal_rate(race, history, rate)
            st.caption(say("optimizers.equal_is", rate=short(rate)))
            _draw(bands, x_title=say("optimizers.epochs"), per=per_epoch, end=epochs, **axes)
        case _:
            bands = at_own_best(race, history)
            _draw(bands, x_title=say("optimizers.epochs"), per=per_epoch, end=epochs, **axes)
    if view.fair != "equal":
        st.caption(
            f"{say('optimizers.caution')} {tr(CAUTION)}" if view.fair != "u" else tr(CAUTION)
        )
    _table(race, run, history, bands)
    if race.seeds > 1:
        _verdicts(race, history, bands)
    else:
        st.caption(say("optimizers.one_seed"))
    _proof(race, run)


def _draw(bands: Sequence[Band], **axes: object) -> None:
    figure = race_figures.race(race_figures.entries_of(bands), **axes)  # type: ignore[arg-type]
    chart(figure, "optim_race", say("optimizers.race_alt"))


def _table(race: Race, run: Run, history: Series, bands: Sequence[Band]) -> None:
    """Final median, spread, deaths and time of each optimizer in this view."""
    rows = []
    for one in bands:
        ends = one.runs[:, -1] if one.runs.size else np.empty(0)
        ends = ends[np.isfinite(ends)]
        seconds = run.summary.get(f"seconds_per_update/{one.optimizer}")
        tests = [
            run.summary[f"test_loss:{i}"]
            for i in race.members(one.optimizer, one.rate)
            if f"test_loss:{i}" in run.summary
        ]
        rows.append(
            {
                say("optimizers.optimizer"): label(one.optimizer),
                say("optimizers.rate"): short(one.rate),
                say("optimizers.final"): fixed(np.median(ends)) if len(ends) else "–",
                say("optimizers.range"): f"{fixed(ends.min())} … {fixed(ends.max())}"
                if len(ends)
                else "–",
                say("optimizers.test"): fixed(np.median(tests)) if tests else "–",
                say("optimizers.died"): f"{one.died} / {race.seeds}",
                say("optimizers.update_time"): f"{1e6 * seconds:.0f}" if seconds else "–",
            }
        )
    st.dataframe(rows, hide_index=True, placeholder="–", width="stretch", key="optim_race_table")


def _verdicts(race: Race, history: Series, bands: Sequence[Band]) -> None:
    """Whether each optimizer differs from the best by more than the seed does."""
    alive = [b for b in bands if b.middle.size and np.isfinite(b.middle[-1])]
    order = sorted(alive, key=lambda one: float(one.middle[-1]))
    pairs = [(a, b) for a, b in combinations(order, 2) if a is order[0]]
    for best, other in pairs[:PAIRS]:
        verdict = compare(race, history, (other.optimizer, other.rate), (best.optimizer, best.rate))
        if verdict is None:
            continue
        st.markdown(beats(label(best.optimizer), label(other.optimizer), verdict))


def _proof(race: Race, run: Run) -> None:
    """The hashes of initial weights and batch order of every seed."""
    facts = run.facts
    if f"weights_hash/{0}" not in facts:
        return
    text = "; ".join(
        say(
            "optimizers.hash",
            seed=race.base.seed + seed,
            weights=facts[f"weights_hash/{seed}"],
            order=facts[f"order_hash/{seed}"],
        )
        for seed in range(race.seeds)
    )
    st.caption(
        say("optimizers.shared" if facts.get("shared") else "optimizers.unshared", runs=text)
    )


def _classic(work: Race | Sweep, colours: dict[str, str], run: Run, history: Series) -> None:
    """A picture by optimizer, by learning rate or by batch size: training loss over epochs."""
    entries = []
    for value, colour in colours.items():
        if isinstance(work, Race):
            id = value if value in work.optimizers else work.optimizers[0]
            rate = work.rates[0] if value in work.optimizers else float(value)
            name = label(id) if value in work.optimizers else say("optimizers.rate_is", rate=value)
            one = band(work, history, id, rate, "batch_loss")
            per_epoch = float(run.facts.get("per_epoch", 1))
        else:
            one = of_sweep(work, history, value, "batch_loss")
            name = say("optimizers.batch_is", size=value)
            per_epoch = updates_per_epoch(len(work.base.prepared().train.x), int(value))
        scaled = Band(
            one.optimizer,
            one.rate,
            one.x / per_epoch,
            one.runs,
            one.middle,
            one.low,
            one.high,
            one.died,
        )
        entries.append(Entry(name, scaled, CLASSIC[colour]))
    figure = race_figures.race(
        entries,
        name=f"classic_{len(entries)}",
        x_title=say("optimizers.epochs"),
        y_title=say("optimizers.training_loss", unit=tr(work.base.loss.unit) or "–"),
        end=float(work.base.epochs),
        seeds=True,
    )
    chart(figure, "optim_classic", say("optimizers.race_alt"))
    st.caption(say("optimizers.classic_key"))


def link_of(config: Race) -> dict[str, str]:
    """What the page's link says, to open on this race."""
    base = config.base.with_("learning_rate", OptimView().base.learning_rate)  # it tries others
    shared = ("optimizers", "rules", "seeds")
    view = OptimView(base=base, tried=config.rates, **{name: config.get(name) for name in shared})
    return view.flat()


OPENS = {Race: link_of}
