"""How does a config become widgets? Each knob draws itself from its own declaration."""

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dashboard.core import link
from dashboard.core.words import reason, say, tr
from engine.config import Config, Knob, Part, bounds, encode, family, sentences, shown

C = TypeVar("C", bound=Config)
# A browser that asks again before it has drawn a widget is told its value again. Else it would draw
# the widget's own default, the lowest value, and report that as a change.
KEPT: dict[str, Any] = {"persist_state": "session"}


def controls(cls: type[C], page: str, config: C, hide: tuple[str, ...] = ()) -> None:
    """Draw every knob of `config`; a change goes into the link and the page runs again.

    Args:
        cls: the class whose fields the link holds.
        page: prefix of widget keys.
        config: what the link says now.
        hide: dotted names that the page draws itself.
    """
    few = [n for n, field in config.knobs().items() if n not in hide and not _is_more(config, n)]
    rest = [n for n, field in config.knobs().items() if n not in hide and n not in few]
    for name in few:
        control(cls, page, config, name)
    if rest:
        with st.expander(say("controls.more"), key=f"{page}_more"):
            for name in rest:
                control(cls, page, config, name)
            _typed(cls, page, config)


def control(cls: type[C], page: str, config: C, name: str) -> None:
    """Draw the widget of one knob."""
    field = config.knobs()[name]
    look = shown(field) or Knob(title=name)
    key = f"{page}_{name}"
    value = config.get(name)
    alone = not look.unit or look.unit in look.title.lower()
    title = tr(look.title) if alone else f"{tr(look.title)} ({tr(look.unit)})"
    common: dict[str, Any] = {"key": key, "help": tr(look.help) or None, **KEPT}
    if (registry := family(field)) is not None:
        _follow(key, value.id)
        ids = type(config).allowed(name, dict(config)) or list(registry)
        st.selectbox(
            title,
            ids,
            format_func=lambda id: tr(registry[id].about.label),
            on_change=_changed,
            args=(cls, config, name, key, str),
            **common | {"help": tr(value.about.summary)},
        )
    elif isinstance(value, bool):
        _follow(key, value)
        st.toggle(title, on_change=_changed, args=(cls, config, name, key, encode), **common)
    elif look.options:
        labels = dict(look.options)
        _follow(key, str(value))
        draw: Any = st.segmented_control if len(labels) <= 6 else st.selectbox
        draw(
            title,
            list(labels),
            format_func=lambda v: tr(labels[v]),
            on_change=_changed,
            args=(cls, config, name, key, str),
            **common,
        )
    elif isinstance(value, tuple | str):
        _follow(key, encode(value).replace("~", ", "))
        st.text_input(title, on_change=_changed, args=(cls, config, name, key, _listed), **common)
    else:
        _number(cls, config, name, field, look, title, common)


def _number(
    cls: type[C],
    config: C,
    name: str,
    field: FieldInfo,
    look: Knob,
    title: str,
    common: dict[str, Any],
) -> None:
    value, key = config.get(name), common["key"]
    low, high = bounds(field)
    told: dict[str, Any] = {"on_change": _changed, "args": (cls, config, name, key, encode)}
    if low is None or high is None or (not look.log and high - low > 10_000):
        _follow(key, value)
        st.number_input(title, low, high, **told, **common)
    elif look.log:
        grid = log_grid(low, high, whole=isinstance(value, int), also=value)
        _follow(key, value)
        st.select_slider(title, grid, format_func=short, **told, **common)
    else:
        kind = type(value)
        step = kind(look.step) if look.step else (1 if kind is int else (high - low) / 100)
        _follow(key, value)
        digits = max(2, math.ceil(-math.log10(step)))  # else 0.999 is shown as 1.00
        told["format"] = "%d" if kind is int else f"%.{digits}f"
        st.slider(title, kind(low), kind(high), step=step, **told, **common)


def log_grid(low: float, high: float, *, whole: bool, also: float) -> list[Any]:
    """1-3-10 steps (1-2-5-10 for whole numbers) from low to high, with 0 where it is allowed,
    and the current value even where it lies between two steps."""
    steps = (1, 2, 5) if whole else (1, 3)
    first = math.floor(math.log10(low)) if low > 0 else (0 if whole else -6)
    grid = {
        round(mantissa * 10.0**power, 12)
        for power in range(first, math.ceil(math.log10(high)) + 1)
        for mantissa in steps
    }
    grid = {value for value in grid if low <= value <= high} | {low, high, also}
    return sorted({int(value) if whole else float(value) for value in grid})


def short(value: float) -> str:
    """A number in as few characters as say it: 0.003, 1e-05, 20,000."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _is_more(config: Config, name: str) -> bool:
    """Whether a knob, or the part it belongs to, is kept under "More"."""
    parts = name.split(".")
    knobs = config.knobs()
    owners = [".".join(parts[: i + 1]) for i in range(len(parts))]
    return any((look := shown(knobs[o])) and look.more for o in owners if o in knobs)


def _follow(key: str, value: Any) -> None:
    """Let the widget show what the link says."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _listed(text: str) -> str:
    return "~".join(part for part in re.split(r"[\s,;x×]+", text.strip()) if part)


def _changed(
    cls: type[Config], config: Config, name: str, key: str, write: Callable[[Any], str]
) -> None:
    """A widget changed: try the new value; keep the old one where it is refused."""
    value = st.session_state[key]
    if value is None:  # a segmented control that was clicked off
        return
    apply(cls, config, {name: write(value)})


def apply(cls: type[Config], config: Config, items: dict[str, str]) -> None:
    """Change settings given as text, and put the nearest working config into the link."""
    flat = config.flat()
    for name in items:
        knob = config.knobs().get(name)
        if knob is not None and family(knob) is not None:  # another part has other knobs
            flat = {k: v for k, v in flat.items() if not k.startswith(f"{name}.")}
    new, problems = cls.read(flat | items)
    for problem in problems:
        link.note(problem)
    refused = [name for name in items if any(p.startswith(_title(config, name)) for p in problems)]
    if refused and len(items) == 1:
        return
    link.write(cls, new)


def _title(config: Config, name: str) -> str:
    field = config.knobs().get(name)
    look = shown(field) if field is not None else None
    return look.title if look else name


def _typed(cls: type[C], page: str, config: C) -> None:
    """One line that shows all settings that differ from the defaults, and takes any."""
    key = f"{page}_typed"
    _follow(key, " ".join(f"{name}={value}" for name, value in config.flat().items()))

    def read() -> None:
        pairs = [item.partition("=") for item in st.session_state[key].split()]
        new, problems = cls.read({name: value for name, _, value in pairs})
        for problem in problems:
            link.note(problem)
        link.write(cls, new)

    help = say("controls.typed_help")
    st.text_input(say("controls.typed"), key=key, on_change=read, help=help, **KEPT)


def called(field: FieldInfo, text: str) -> str:
    """What a reader calls the value of a knob that a link writes like this."""
    registry = family(field)
    if registry is not None and text in registry:
        return tr(registry[text].about.label)
    look = shown(field)
    return tr(dict(look.options).get(text, text)) if look else text


def what_differs(one: Config, other: Config) -> dict[str, tuple[str, str]]:
    """Title of each knob in which two configs differ, with both values as text."""
    found = {}
    for name in {**one.knobs(), **other.knobs()}:
        values = []
        for config in (one, other):
            try:
                value = config.get(name)
            except AttributeError:
                value = "–"
            values.append(value.id if isinstance(value, Part) else encode(value))
        if values[0] != values[1]:
            field = one.knobs().get(name) or other.knobs()[name]
            values = [called(field, value) for value in values]
            found[tr((shown(field) or Knob(title=name)).title)] = (values[0], values[1])
    return found


def checked(make: Callable[[], C]) -> C | None:
    """What `make` returns, or None and a note where its values do not go together."""
    try:
        return make()
    except ValidationError as error:
        for sentence in sentences(error):
            link.note(sentence)
    except ValueError as error:
        link.note(reason(error))
    return None
