"""Which setting does a sweep vary, and over which values? With a proposal for each."""

from typing import Any

import streamlit as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dashboard.core import link
from dashboard.core.choices import held, one
from dashboard.core.controls import checked, control, listed, log_grid
from dashboard.language import say, tr
from dashboard.training.view import View
from engine.config import Knob, bounds, decode, encode, family, shown
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep

NEVER = ("seed", "data_seed")  # a seed is repeated over, not compared


def settings(config: TrainConfig) -> dict[str, str]:
    """Name and title of every knob that a sweep may vary: those of one plain value."""
    return {
        name: _title(name, field)
        for name, field in config.knobs().items()
        if name not in NEVER and not isinstance(config.get(name), tuple)
    }


def proposal(config: TrainConfig, name: str) -> tuple[str, ...]:
    """A few values of a knob that are worth comparing, the present one among them."""
    field = config.knobs()[name]
    value = config.get(name)
    if (registry := family(field)) is not None:
        ids = type(config).allowed(name, dict(config)) or list(registry)
        others = [id for id in ids if id != value.id and _works(config, name, id)]
        return (value.id, *others[:3])
    if isinstance(value, bool):
        return ("0", "1")
    if options := (shown(field) or Knob(title=name)).options:
        return tuple(option for option, _ in options)
    low, high = bounds(field)
    if (shown(field) or Knob(title=name)).log:
        if value == 0:
            return ("0", "0.0001", "0.001", "0.01")
        grid: list[Any] = log_grid(low, high, whole=isinstance(value, int), also=value)
        at, by = grid.index(value), 2 if isinstance(value, int) else 1
        near = {grid[max(0, at - by)], value, grid[min(len(grid) - 1, at + by)]}
        return tuple(encode(v) for v in sorted(near))
    parts = (type(value)(round(low + (high - low) * part, 3)) for part in (0, 0.25, 0.5))
    return tuple(encode(v) for v in sorted({value, *parts}))


def choose(config: TrainConfig, view: View) -> None:
    """The setting, its values and the seeds, in one row."""
    names = settings(config)

    def changed(name: str | None) -> None:
        if name:
            new = view.with_("vary", name).with_("values", proposal(config, name))
            link.write(View, new)

    look = shown(View.model_fields["vary"]) or Knob(title="vary")
    left, middle, right = st.columns([2, 3, 2])
    with left:
        one(
            "training_view_vary",
            tr(look.title),
            names,
            view.vary if view.vary in names else None,
            changed,
            help=tr(look.help),
        )
    with middle:
        _values(config, view)
    with right:
        control(View, "training_view", view, "seeds")


def _values(config: TrainConfig, view: View) -> None:
    """The values, as text; what cannot be trained is said, and the comparison stays."""

    def changed(text: str) -> None:
        new, problems = View.read(view.flat() | {"values": listed(text)}, kept=view)
        for problem in problems:
            link.note(problem)
        if not problems and checked(lambda: _sweep(config, new)) is not None:
            link.write(View, new)

    look = shown(View.model_fields["values"]) or Knob(title="values")
    now = ", ".join(view.values)
    held(st.text_input, "training_view_values", tr(look.title), now, changed, help=tr(look.help))


def _works(config: TrainConfig, name: str, id: str) -> bool:
    try:
        config.with_(name, id)
    except ValueError:
        return False
    return True


def _title(name: str, field: FieldInfo) -> str:
    owner = name.rpartition(".")[0]
    title = tr((shown(field) or Knob(title=name)).title)
    return f"{title} ({say(f'training.of_{owner}')})" if owner else title


def sweep_of(config: TrainConfig, view: View) -> Sweep | None:
    """The sweep that the page asks for, or None and a sentence where its values do not fit."""
    sweep = checked(lambda: _sweep(config, view))
    if sweep is None:
        for sentence in link.notes():
            st.warning(tr(sentence), icon=":material/info:")
    return sweep


def _sweep(config: TrainConfig, view: View) -> Sweep:
    if view.compare != "sweep":
        return Sweep(base=config, seeds=view.seeds)
    return Sweep(base=config, seeds=view.seeds, vary=view.vary, values=_once(config, view))


def _once(config: TrainConfig, view: View) -> tuple[str, ...]:
    """The values; one that is another one written differently would train the same twice."""
    field = config.knobs().get(view.vary)
    found: dict[Any, str] = {}
    for text in view.values:
        try:
            found.setdefault(decode(text, field) if field is not None else text, text)
        except ValidationError:
            found[text] = text  # the sweep says why
    return tuple(found.values())
