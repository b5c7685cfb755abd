"""What is drawn of one run at one moment: pictures, curves, numbers."""

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.numbers import fixed
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.figures import curves, images, plane
from dashboard.figures.curves import Line
from dashboard.training.overlay import names
from dashboard.training.transport import Place
from dashboard.training.view import View
from engine.data import Prepared
from engine.runs.files import Arrays
from engine.runs.store import EMPTY, Series
from engine.tasks.pictures import extent
from engine.training.config import TrainConfig
from engine.training.floor import Floor, floor

SHOWN_POINTS = 1500
WORSE = 1.2  # times the loss of a constant answer: more is no accident


def value_at(history: Series, name: str, step: int) -> float | None:
    """The last value of a series at or before a step."""
    steps, values = history.get(name, EMPTY)
    index = int(np.searchsorted(steps, step, side="right")) - 1
    return float(values[index]) if index >= 0 else None


def so_far(history: Series, step: int) -> Series:
    """The part of every series up to a step."""
    ends = {
        name: np.searchsorted(steps, step, side="right") for name, (steps, _) in history.items()
    }
    return {name: (a[: ends[name]], b[: ends[name]]) for name, (a, b) in history.items()}


def numbers(config: TrainConfig, now: Place, history: Series) -> None:
    """Where the playhead is, what the network achieves there, and how long the rest takes."""
    run, step = now.run, now.step
    per_epoch = int(run.facts.get("per_epoch", 1)) if run else 1
    shown: list[tuple[str, str, str]] = [
        (
            say("training.epochs"),
            f"{step / per_epoch:,.4g} / {config.epochs:,}",
            say("training.epochs_help"),
        )
    ]
    unit = config.loss.unit
    for name, title, better in (
        ("train_loss", say("training.train_loss"), "↓"),
        ("validation_loss", say("training.validation_loss"), "↓"),
        ("validation_accuracy", say("training.validation_accuracy"), "↑"),
        ("validation_r2", say("training.validation_r2"), "↑"),
    ):
        value = value_at(history, name, step)
        if value is not None:
            text = f"{value:.1%}" if name.endswith("accuracy") else fixed(value)
            help = say(
                "training.higher" if better == "↑" else "training.lower", unit=tr(unit) or "–"
            )
            shown.append((f"{title} {better}", text, help))
    seconds = value_at(history, "seconds", 10**12)
    if run and run.active and run.step and seconds:
        left = seconds * (run.steps - run.step) / run.step
        shown.append((say("training.left"), f"{left:,.0f} s", say("training.left_help")))
    elif seconds:
        speed = run.step * config.batch_size / seconds if run else 0
        shown.append(
            (
                say("training.speed"),
                f"{speed:,.0f}",
                say("training.speed_help", seconds=f"{seconds:.1f}"),
            )
        )
    if run and run.state == "done" and now.index == len(now.frames) - 1:
        kinds = [n for n in ("accuracy", "r2", "loss") if f"test_{n}" in run.summary]
        for kind in kinds[:1]:
            ended = run.summary[f"test_{kind}"]
            text = f"{ended:.1%}" if kind == "accuracy" else fixed(ended)
            shown.append((say(f"training.test_{kind}"), text, say("training.test_help")))
    with st.container(horizontal=True, key="lab_numbers"):
        for title, text, help in shown:
            st.metric(title, text, help=help, width="content")


@st.cache_data(show_spinner=False, max_entries=64)
def floor_of(_config: TrainConfig, key: str) -> Floor | None:
    return floor(_config, _config.prepared())


def floors(config: TrainConfig, now: Place, history: Series, data: Prepared) -> None:
    """What an answer that ignores its input achieves; and a warning where the network is worse."""
    found = floor_of(config, config.key)
    if found is None:
        return
    loss, unit = fixed(found.loss), tr(config.loss.unit)
    if found.accuracy is not None:
        share, name = f"{found.accuracy:.1%}", tr(found.common)
        text = say("training.floor_class", share=share, name=name, loss=loss, unit=unit)
    else:
        text = say("training.floor_mean", loss=loss, unit=unit)
    st.caption(text)
    per_epoch = int(now.run.facts.get("per_epoch", 1)) if now.run else 1
    steps, losses = (values[: len(values)] for values in history.get("validation_loss", EMPTY))
    seen = steps <= now.step
    bad = losses[seen] > WORSE * found.loss
    if now.step < per_epoch or not len(bad) or not bad[-1]:
        return
    good = np.flatnonzero(~bad)
    since = steps[seen][good[-1] + 1] if len(good) else steps[seen][0]
    st.warning(
        say("training.worse", step=f"{int(since):,}", loss=fixed(float(losses[seen][-1]))),
        icon=":material/trending_up:",
    )


def whole_batch(config: TrainConfig, data: Prepared) -> None:
    """That a mini-batch is as large as all there is: then there is one update an epoch, and no
    noise."""
    examples = len(data.train.x)
    if config.batch_size > examples:
        size = f"{config.batch_size:,}"
        st.caption(say("training.whole_batch", size=size, examples=f"{examples:,}"))


def end_of(config: TrainConfig, now: Place) -> float:
    """Right end of the charts, in epochs: where a run that diverged stopped, else all epochs."""
    run = now.run
    if run is None or run.state != "diverged":
        return float(config.epochs)
    return max(1, run.step) / int(run.facts.get("per_epoch", 1))


Seen: TypeAlias = tuple[Hashable, ...]  # which run and step a picture is of; empty: it moves


def picture(
    config: TrainConfig, view: View, data: Prepared, arrays: Arrays, seen: Seen = ()
) -> None:
    """The main picture of the task at this moment."""
    train, held = data.train, data.validation
    if "surface" in arrays:
        chart(
            lambda: plane.surface(
                arrays["surface"],
                extent(data),
                {
                    say("training.training"): (
                        train.x[:SHOWN_POINTS].numpy(),
                        train.y[:SHOWN_POINTS].numpy(),
                    ),
                    say("training.validation"): (held.x[:500].numpy(), held.y[:500].numpy()),
                },
                data.classes,
                discrete=view.discrete,
            ),
            "lab_surface",
            say("training.surface_alt"),
            of=seen and ("lab_surface", *seen, view.discrete),
            format=view.format,
        )
        st.caption(say("training.surface_key"))
    elif "density" in arrays:
        figure = plane.density(arrays["density"], extent(data), train.x[:SHOWN_POINTS].numpy())
        chart(figure, "lab_density", say("training.density_alt"), format=view.format)
    elif "curve" in arrays:
        figure = plane.fitted(
            arrays["curve"],
            {
                say("training.training"): (
                    train.x[:SHOWN_POINTS].numpy(),
                    train.y[:SHOWN_POINTS].numpy(),
                ),
                say("training.validation"): (held.x.numpy(), held.y.numpy()),
            },
            data.target or "y",
        )
        chart(figure, "lab_fit", say("training.fit_alt"), format=view.format)
    elif "confusion" in arrays:
        figure = images.confusion(arrays["confusion"], data.classes)
        chart(figure, "lab_confusion", say("training.confusion_alt"), format=view.format)
    elif "scatter" in arrays:
        chart(
            images.scatter(arrays["scatter"], data.target),
            "lab_scatter",
            say("training.scatter_alt"),
            format=view.format,
        )


def losses(config: TrainConfig, view: View, now: Place, history: Series) -> None:
    """Loss, and the task's own measure, of training and validation on one chart each."""
    run = now.run
    per_epoch = int(run.facts.get("per_epoch", 1)) if run else 1
    unit = f" ({tr(config.loss.unit)})" if config.loss.unit else ""
    lines = [
        Line(say("training.batch_loss"), *history.get("batch_loss", EMPTY), 4, 0, raw=True),
        Line(say("training.train_loss"), *history.get("train_loss", EMPTY), 0),
        Line(say("training.validation_loss"), *history.get("validation_loss", EMPTY), 1, 1),
    ]
    for number, (key, name) in enumerate(names(config, view.overlay).items()):
        other = store().history(key)
        label = say("training.overlay", name=name)
        lines.append(Line(label, *other.get("validation_loss", EMPTY), 2 + number, 2 + number))
    common: dict[str, Any] = {"per_epoch": per_epoch, "epochs": end_of(config, now)}
    figure = curves.curves(
        "loss",
        lines,
        title=f"{tr(config.loss.about.label).lower()}{unit}",
        log=view.log,
        smoothing=view.smoothing,
        height=270,
        best=say("training.lower_short"),
        at=now.step / per_epoch,  # here alone: the other charts stand still while one scrubs
        **common,
    )
    chart(figure, "lab_loss", say("training.loss_alt"), format=view.format)
    measure = next((m for m in ("accuracy", "r2") if f"validation_{m}" in history), None)
    if measure:
        known = len(history[f"validation_{measure}"][0])
        chart(
            lambda: curves.curves(
                "measure",
                [
                    Line(say("training.training"), *history[f"train_{measure}"], 0),
                    Line(say("training.validation"), *history[f"validation_{measure}"], 1, 1),
                ],
                title=say(f"training.measure_{measure}"),
                height=220,
                bounds=curves.BOUNDS[measure],
                best=say("training.higher_short"),
                **common,
            ),
            "lab_measure",
            say("training.measure_alt"),
            of=() if now.moving else ("lab_measure", config.key, known, *common.values()),
            format=view.format,
        )


def inside(
    config: TrainConfig, view: View, data: Prepared, arrays: Arrays, seen: Seen = ()
) -> None:
    """What the layers hold: thumbnails of hidden units, filters, mistakes."""
    layers = {n.removeprefix("units/"): a for n, a in arrays.items() if n.startswith("units/")}
    if layers:
        st.caption(say("training.units"))
        chart(
            lambda: plane.units(layers),
            "lab_units",
            say("training.units_alt"),
            of=seen and ("lab_units", *seen),
            format=view.format,
        )
    if "filters" in arrays:
        st.caption(say("training.filters"))
        chart(
            images.filters(arrays["filters"]),
            "lab_filters",
            say("training.filters_alt"),
            format=view.format,
        )
    if "surface" in arrays and "confusion" in arrays and len(data.classes) > 2:
        chart(
            images.confusion(arrays["confusion"], data.classes, 320),
            "lab_confusion",
            say("training.confusion_alt"),
            format=view.format,
        )
    if data.kind == "image" and "mistakes" in arrays:
        mistakes(data, arrays["mistakes"], view)


def mistakes(data: Prepared, rows: Any, view: View) -> None:
    """The validation images on which the network is most sure and wrong.

    Args:
        rows: (n, 3): row of the data set, predicted class, its probability.
    """
    st.caption(say("training.mistakes"))
    if not len(rows):
        st.markdown(say("training.no_mistakes"))
        return
    index = rows[:, 0].astype(int)
    truth = data.data.y[index]
    captions = [
        say(
            "training.mistaken",
            guess=tr(data.classes[int(guess)]),
            chance=f"{p:.0%}",
            true=tr(data.classes[int(true)]),
        )
        for guess, p, true in zip(rows[:, 1], rows[:, 2], truth, strict=True)
    ]
    figure = images.gallery(data.data.x[index].numpy(), captions)
    chart(figure, "lab_mistakes", say("training.mistakes_alt"), format=view.format)


DETAILS = {
    "learning_rate": ("learning_rate",),
    "gradients": ("grad_norm/",),
    "weights": ("weight_norm/",),
    "speed": ("samples",),
}


def details(config: TrainConfig, view: View, now: Place, history: Series, which: str) -> None:
    """One chart of what else was recorded: learning rate, norms a layer, speed."""
    per_epoch = int(now.run.facts.get("per_epoch", 1)) if now.run else 1
    epochs = end_of(config, now)

    def figure() -> Any:
        lines = list(_detail_lines(config, history, which))
        some = any((line.values > 0).any() for line in lines)
        return curves.curves(
            which,
            lines,
            per_epoch=per_epoch,
            title=say(f"training.{which}_axis"),
            log=which in ("learning_rate", "gradients") and some,
            smoothing=view.smoothing,
            epochs=epochs,
            height=260,
        )

    seconds = history.get("seconds", EMPTY)[1].tolist()
    known = (len(seconds), *seconds[-1:])  # who trains it again has other speeds
    chart(
        figure,
        f"lab_{which}",
        say(f"training.{which}_axis"),
        of=() if now.moving else (which, config.key, known, view.smoothing, per_epoch, epochs),
        format=view.format,
    )


def _detail_lines(config: TrainConfig, history: Series, which: str) -> Sequence[Line]:
    if which == "speed":
        steps, seconds = history.get("seconds", EMPTY)
        if len(steps) < 3:
            return []
        rate = np.diff(steps) * config.batch_size / np.maximum(np.diff(seconds), 1e-9)
        return [Line(say("training.speed_axis"), steps[1:], rate, 0, raw=True)]
    (prefix,) = DETAILS[which]
    names = [name for name in history if name.startswith(prefix)]
    return [
        Line(
            name.removeprefix(prefix) or say("training.learning_rate_axis"),
            *history[name],
            i,
            i,
            raw=True,
        )
        for i, name in enumerate(names)
    ]
