"""Section 6: two filters that count squares, or cannot, depending on what is between."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.activations.choices import put, several
from dashboard.activations.figures import runs as runs_figures
from dashboard.activations.figures import squares as squares_figures
from dashboard.activations.gallery import labels
from dashboard.activations.squares_says import says
from dashboard.activations.view import ActView
from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.controls import control, few_first
from dashboard.core.frames import step_shown
from dashboard.core.judged import say_proof
from dashboard.core.runtime import store
from dashboard.core.words import say
from engine.runs.store import EMPTY, Arrays, Run, Series
from engine.statistics import dead_as_worst
from engine.topics.activations.counting_squares import CHOICES, CountingSquares, responses
from engine.topics.activations.square_images import Images, ImagesConfig, images
from engine.training.fairness import proofs

ORDER = 60
OPENS = {CountingSquares: "squares."}

HIGHER = ("r2", "accuracy")  # of what is measured: the higher the better
SHOWN, MOST = 8, 6  # example images; panels side by side
FEW = (
    "images.most",
    "images.sizes",
    "images.signs",
    "filters",
    "size",
    "seeds",
    "learning_rate",
    "steps",
)


@st.cache_data(show_spinner=False, max_entries=8)
def _images(_config: ImagesConfig, key: str) -> Images:
    return images(_config, "test")


def knobs(view: ActView) -> None:
    """What is compared and looked at; images and training folded."""
    several(view, "squares.activations", {id: labels()[id] for id in CHOICES})
    few = [f"squares.{name}" for name in FEW]
    shown = {"squares.activations", *few}
    names = [name for name in view.knobs() if name.startswith("squares.")]
    few_first(ActView, "act", view, few, [name for name in names if name not in shown])


def show(view: ActView) -> None:
    """The task; then the training, what it found and what is inside one network."""
    config = view.squares
    found = _images(config.images, config.images.key)
    st.markdown(say("activations.squares_task", filters=config.filters, size=config.size))
    chart(
        squares_figures.sheet(
            found.x[:SHOWN].numpy(),
            [
                say("activations.counts", squares=int(a), rectangles=int(b))
                for a, b in zip(found.squares[:SHOWN], found.rectangles[:SHOWN], strict=True)
            ],
        ),
        "act_sheet",
        say("activations.sheet_alt"),
    )
    job.panel(
        config,
        "act_squares",
        say("activations.train_many", networks=len(config.activations) * config.seeds),
        lambda run: _draw(view, found, run),
        empty=say("activations.squares_empty"),
        again="job.train_again",
        alone=not config.flat(),
        when="job.trained",
    )


def _draw(view: ActView, found: Images, run: Run) -> bool:
    config = view.squares
    steps, history = store().frame_steps(config.key), store().history(config.key)
    if not steps:
        return False
    if run.state == "done" and (weights := store().load(config.key, "weights")):
        truth = float(found.squares.mean())
        st.markdown(says(config, run.summary, history, weights, labels(), truth))
    _curves(config, history)
    say_proof(proofs(run.facts, config.seeds), config.seed)
    step = step_shown(config.key, steps, run.active)
    arrays = store().frame(config.key, step)
    _inside(view, found, arrays)
    return True


def table(history: Series, series: str, runs: range) -> tuple[NDArray[np.int64], NDArray]:
    """(T,) updates, and (S, T) values of some runs; one that has diverged counts as the worst."""
    mine = [history.get(f"{series}:{i}", EMPTY) for i in runs]
    updates = np.unique(np.concatenate([at for at, _ in mine]))
    values = np.full((len(runs), len(updates)), np.nan)
    for row, (at, value) in zip(values, mine, strict=True):
        row[np.searchsorted(updates, at)] = value
    return updates, dead_as_worst(values, lower=series not in HIGHER, axis=0)


def _curves(config: CountingSquares, history: Series) -> None:
    """R² and the share of right answers of every activation, over seeds."""
    shown: dict[str, dict[str, NDArray]] = {}
    updates = np.array([], np.int64)
    for series in ("r2", "accuracy"):
        kinds = {}
        for i, name in enumerate(config.activations):
            runs = range(i * config.seeds, (i + 1) * config.seeds)
            at, values = table(history, series, runs)
            if len(at) >= len(updates):
                updates = at
            kinds[labels()[name]] = values
        shown[say(f"activations.{series}_axis")] = kinds
    figure = runs_figures.panels(
        "act_counting",
        shown,
        updates,
        steps=config.steps,
        limits={say("activations.r2_axis"): (-0.5, 1.02), say("activations.accuracy_axis"): (0, 1)},
    )
    chart(figure, "act_counting", say("activations.counting_alt"))
    st.caption(f"{say('activations.spread', seeds=config.seeds)} {say('activations.one_order')}")


def _inside(view: ActView, found: Images, arrays: Arrays) -> None:
    """Answers and readouts of all, then the filters of one network and what they see."""
    config = view.squares
    names = config.activations[:MOST]
    seed = min(view.repeat, config.seeds - 1)
    at = {name: config.activations.index(name) * config.seeds for name in names}
    truth = found.squares[:100].numpy()
    predictions = {labels()[n]: arrays["prediction"][at[n] + seed] for n in names}
    mean = float(found.squares.mean())
    st.markdown(f"#### {say('activations.answers', seed=config.seed + seed)}")
    chart(
        squares_figures.answers(truth, predictions, mean),
        "act_answers",
        say("activations.answers_alt"),
    )
    st.markdown(f"#### {say('activations.readouts')}")
    runs = {
        labels()[n]: tuple(arrays[k][at[n] : at[n] + config.seeds] for k in ("readout", "bias"))
        for n in names
    }
    chart(squares_figures.readouts(runs, seed), "act_readouts", say("activations.readouts_alt"))  # type: ignore[arg-type]
    st.markdown(f"#### {say('activations.inside')}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pick = _pick(view)
        control(ActView, "act", view, "repeat")
        control(ActView, "act", view, "image")
    run = config.activations.index(pick) * config.seeds + seed
    _filters(view, found, arrays, pick, run)


def _pick(view: ActView) -> str:
    """Which activation's filters are looked at."""
    names = list(view.squares.activations)
    pick = view.pick if view.pick in names else names[0]
    known = {name: labels()[name] for name in names}
    one("act_pick", say("activations.activation"), known, pick, lambda id: put(view, pick=id))
    return pick


def _filters(view: ActView, found: Images, arrays: Arrays, pick: str, run: int) -> None:
    """Filters, response maps, and the sum that becomes the answer, with its numbers."""
    filters, thresholds = arrays["filters"][run], arrays["thresholds"][run]
    readout, bias = arrays["readout"][run], float(arrays["bias"][run])
    x = found.x[view.image : view.image + 1]
    maps = responses(pick, filters, thresholds, x)[0]
    sums = maps.sum((1, 2))
    figure = squares_figures.look(
        x[0].numpy(),
        filters,
        maps,
        [
            say("activations.filter", number=i + 1, threshold=f"{c:.2f}")
            for i, c in enumerate(thresholds)
        ],
        [
            say("activations.sum", sum=f"{s:.3g}", readout=f"{a:.3f}")
            for s, a in zip(sums, readout, strict=True)
        ],
    )
    chart(figure, "act_look", say("activations.look_alt"))
    terms = " + ".join(
        rf"{_signed(float(s), 3)}\cdot{_signed(float(a), 3)}"
        for s, a in zip(sums, readout, strict=True)
    )
    answer = float(sums @ readout) + bias
    truth = int(found.squares[view.image])
    st.markdown(
        rf"$$\hat y = \sum_i a_i \sum \varphi(I * f_i + c_i) + b = {terms} {bias:+.3f} = "
        rf"{answer:.2f} \qquad \text{{({say('activations.truth', count=truth)})}}$$"
    )


def _signed(value: float, places: int) -> str:
    return f"({value:.{places}f})" if value < 0 else f"{value:.{places}f}"
