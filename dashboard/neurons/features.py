"""When does it pay to let a network learn its features, and when does a person know better?"""

from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import export, job, link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.controls import control, few_first
from dashboard.core.judged import judged
from dashboard.core.numbers import rough
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.language.called import called
from dashboard.neurons.figures import features as figures
from dashboard.neurons.view import NeuronsView
from engine.runs.shipped import put_shipped
from engine.runs.store import Run
from engine.scenes.scene import SHAPES
from engine.statistics import interval
from engine.topics.neurons.hand_features import RULES, SETS, features, objects, ruled
from engine.topics.neurons.hand_features import greys as greys_of
from engine.topics.neurons.learners import LEARNERS
from engine.topics.neurons.pixels import (
    SHOWN,
    VARIANTS,
    FeaturesOrPixels,
    FeaturesView,
    Found,
    gathered,
    new_pictures,
    varied,
)

ORDER = 90
OPENS = {FeaturesOrPixels: "features.work."}


def knobs(view: NeuronsView) -> None:
    """Whose features, where it is judged, and what is changed in the new pictures."""
    for name in ("given", "size", "variant"):
        control(NeuronsView, "neurons", view, f"features.{name}")
    rest = [f"features.work.{name}" for name in ("most", "updates", "seeds", "seed")]
    few_first(NeuronsView, "neurons", view, ["features.picture"], rest)


def show(view: NeuronsView) -> None:
    """Accuracy over the pictures; one of them with its features; the book's list, measured."""
    st.markdown(say("neurons.features_question"))
    config = view.features.work
    count = config.seeds * len(config.sizes)
    job.panel(
        config,
        "neurons_features",
        say("neurons.features_start"),
        lambda run: _draw(view, run),
        empty=say("neurons.features_empty"),
        again="job.train_again",
        what=say("neurons.features_what", count=count, updates=config.updates),
        when="job.trained",
        below=lambda run: _below(view, run),
    )
    _picture(view)


@lru_cache(maxsize=8)
def _found(config: FeaturesOrPixels, moment: str) -> Found:
    return gathered(config, store().frames(config.key))


def _size(view: FeaturesView, found: Found) -> FeaturesView:
    """As asked for, or the nearest size that was trained with."""
    size = max(size for size in found.sizes if size <= int(view.size))
    return view.with_("size", str(size))


def _draw(view: NeuronsView, run: Run) -> bool:
    config = view.features.work
    found = _found(config, job.moment(run))
    if not np.isfinite(found.right).any():
        return False
    shown = _size(view.features, found)
    of = (config.key, job.moment(run), shown.given, shown.size, shown.variant)
    alt = say("neurons.features_alt", seeds=config.seeds)
    chart(lambda: figures.over_pictures(shown, found), "neurons_features_over", alt, of=of)
    st.markdown(_overtaken(shown, found))
    comparison = found.at(shown.given, int(shown.size), shown.variant)
    if comparison is not None:
        st.markdown(say("neurons.features_judged", size=f"{int(shown.size):,}", seeds=config.seeds))
        labels = [figures.label(id) for id in found.shown(shown.given)]
        judged(comparison, labels, "neurons_features_verdict", done=True)
    _wrong(view, shown, found)
    if run.state == "done":
        _pays(shown, found)
        checked = {name: rough(run.summary[name]) for name in ("sobel", "otsu")}
        overlap = f"{run.summary['overlap']:.0%}"
        st.caption(say("neurons.features_checked", overlap=overlap, **checked))
    return True


def _overtaken(view: FeaturesView, found: Found) -> str:
    """From how many pictures on the network is ahead of each."""
    texts = []
    for id in found.shown(view.given)[:-1]:
        size = found.overtaken(id, view.variant)
        which = "neurons.features_not_yet" if size is None else "neurons.features_from"
        texts.append(say(which, name=figures.label(id), size=f"{size or found.sizes[-1]:,}"))
    return " ".join(texts)


def _wrong(view: NeuronsView, shown: FeaturesView, found: Found) -> None:
    """Which pictures each gets wrong; a click looks at one."""
    column = found.sizes.index(int(shown.size))
    if (found.said[:, :, column, 0] < 0).any():
        return
    y = shown_pictures(shown.work.seed, "same")[1]
    order = np.argsort(y, kind="stable")

    def clicked(point: Point) -> None:
        at = min(SHOWN - 1, max(0, round(point.x)))
        link.write(NeuronsView, view.with_("features.picture", int(order[at])))

    st.markdown(say("neurons.features_wrong", size=f"{int(shown.size):,}"))
    alt = say("neurons.features_wrong_alt")
    figure = figures.answers(shown, found, y)
    chart(figure, "neurons_features_answers", alt, on_click=clicked)


@st.cache_data(show_spinner=False, max_entries=16)
def shown_pictures(
    seed: int, variant: str
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """The first new pictures, their classes, all features, and what is taken for the object."""
    x, y, _ = new_pictures(seed, SHOWN)
    x = varied(x, variant, seed)
    return x.numpy(), y.numpy(), features(x), objects(greys_of(x))


def _picture(view: NeuronsView) -> None:
    """One picture and its features, as numbers and as bars."""
    config = view.features
    x, y, every, masks = shown_pictures(config.work.seed, config.variant)
    at = config.picture
    rule = int(ruled(every[at : at + 1])[0])
    st.markdown(
        say("neurons.features_picture", number=at, shape=tr(SHAPES[y[at]]), rule=tr(SHAPES[rule]))
    )
    left, right = st.columns([2, 3], gap="medium")
    of = (config.work.seed, config.variant, config.given, at)
    with left:
        mask = masks[at] if config.given == "shape" else None
        alt = say("neurons.features_picture_alt", shape=tr(SHAPES[y[at]]))
        chart(lambda: figures.picture(x[at], mask), "neurons_features_picture", alt, of=of)
        st.markdown(say("neurons.features_rules"))
        st.markdown("\n".join(f"{i}. {tr(rule)}" for i, rule in enumerate(RULES, 1)))
        st.caption(say("neurons.features_rules_note"))
    with right:
        alt = say("neurons.features_bars_alt", count=SETS[config.given])
        chart(lambda: figures.bars(config, every[at], every), "neurons_features_bars", alt, of=of)


def _pays(view: FeaturesView, found: Found) -> None:
    """What each costs and bears; and the book's list, with what was measured here."""
    ids, last = found.shown(view.given), len(found.sizes) - 1
    st.markdown(say("neurons.features_costs", size=f"{found.sizes[last]:,}"))
    st.dataframe(
        [_row(id, found, last) for id in ids],
        hide_index=True,
        width="stretch",
        key="neurons_features_costs",
    )
    means = found.right.mean(-1)  # (L, V, sizes)
    cnn, pixels, rules = (means[LEARNERS.index(id), 0] for id in ("cnn", "pixels", "rules"))
    svm = means[LEARNERS.index(f"svm:{view.given}"), 0]
    seconds = {id: found.seconds[LEARNERS.index(id), last].mean() for id in ids}
    middle = len(found.sizes) // 2
    lines: dict[str, dict[str, str | int]] = {
        "raw": {"pixels": f"{pixels[last]:.0%}", "cnn": f"{cnn[last]:.0%}"},
        "data": {
            "few": f"{found.sizes[0]:,}", "few_right": f"{cnn[0]:.0%}",
            "some": f"{found.sizes[middle]:,}", "some_right": f"{cnn[middle]:.0%}",
            "many": f"{found.sizes[last]:,}", "many_right": f"{cnn[last]:.0%}",
        },
        "learned": {
            "given": called(FeaturesView.model_fields["given"], view.given),
            "svm": f"{svm[last]:.0%}", "cnn": f"{cnn[last]:.0%}",
        },
        "unknown": {"rules": f"{rules[last]:.0%}"},
        "compute": {
            "cnn": f"{seconds['cnn']:.1f}", "svm": f"{seconds[ids[2]]:.2g}",
        },
        "black": {"numbers": f"{found.numbers[-1, last]:,}", "rules": len(RULES)},
    }  # fmt: skip
    st.markdown(say("neurons.features_list"))
    rows = [
        {
            say("neurons.pays_when"): say(f"neurons.pays_{name}"),
            say("neurons.pays_here"): say(f"neurons.pays_{name}_here", **values),
        }
        for name, values in lines.items()
    ]
    st.table(rows, hide_index=True)


def _row(id: str, found: Found, column: int) -> dict[str, Any]:
    """Accuracies and costs of one, as a line of the table."""
    row = LEARNERS.index(id)
    right = [interval(values) for values in found.right[row, :, column]]
    return {
        tr("classifier"): figures.label(id),
        **{
            say(f"neurons.variant_{name}"): f"{mean:.1%} ± {half:.1%}"
            for name, (mean, half) in zip(VARIANTS, right, strict=True)
        },
        say("neurons.training_seconds"): f"{found.seconds[row, column].mean():.2g}",
        say("neurons.prediction_milliseconds"): f"{1000 * found.each[row, column].mean():.2g}",
        say("neurons.numbers_learned"): int(found.numbers[row, column]),
    }


def _below(view: NeuronsView, run: Run | None) -> None:
    """Where the numbers come from, and all of them."""
    config = view.features.work
    said = job.origin(config, run, config.seed, "job.trained")
    if run is None:
        export.foot(said)
        return
    found = _found(config, job.moment(run))
    export.foot(said, more=lambda: export.numbers("features", config.key, lambda: table(found)))


def table(found: Found) -> dict[str, NDArray[Any]]:
    """A row for each learner, training set and seed."""
    shape = found.seconds.shape  # (L, sizes, seeds)
    axes = np.meshgrid(
        np.array(LEARNERS), np.array(found.sizes), np.arange(shape[2]), indexing="ij"
    )
    columns = dict(zip(("classifier", "pictures", "seed"), (a.ravel() for a in axes), strict=True))
    for index, name in enumerate(VARIANTS):
        columns[f"accuracy_{name}"] = found.right[:, index].ravel()
    columns["training_seconds"] = found.seconds.ravel()
    columns["prediction_seconds"] = found.each.ravel()
    return columns


def _done(view: NeuronsView) -> Found | None:
    put_shipped(store(), view.features.work)
    run = store().run(view.features.work.key)
    if run is None or run.state != "done":
        return None
    return _found(view.features.work, job.moment(run))


def _best(view: NeuronsView) -> Question | None:
    """Who is ahead at the chosen number of pictures, on the chosen new ones?"""
    if (found := _done(view)) is None:
        return None
    shown = _size(view.features, found)
    comparison = found.at(shown.given, int(shown.size), shown.variant)
    if comparison is None:
        return None
    ids = found.shown(shown.given)
    options = {id: figures.label(id) for id in ids}
    which = "neurons.ask_learner" if shown.variant == "same" else "neurons.ask_changed"
    changed = say(f"neurons.variant_{shown.variant}")
    sentence = say(which, size=f"{int(shown.size):,}", variant=changed)
    return Choice(sentence, options, ids[comparison.order[0]])


def _gains(view: NeuronsView) -> Question | None:
    """Who gains most from more pictures?"""
    if (found := _done(view)) is None:
        return None
    ids, few = found.shown(view.features.given), len(found.sizes) // 2
    gained = found.gained(view.features.given, few)
    sizes = {"few": f"{found.sizes[few]:,}", "many": f"{found.sizes[-1]:,}"}
    options = {id: figures.label(id) for id in ids}
    return Choice(say("neurons.ask_gains", **sizes), options, ids[int(gained.argmax())])


ASKS: SceneQuestions = {"best": _best, "gains": _gains}
