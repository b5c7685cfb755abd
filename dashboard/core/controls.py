"""How does a config become widgets? Each knob draws itself from its own declaration."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dashboard.core import link, marked
from dashboard.core.choices import held, one
from dashboard.core.words import reason, say, tr
from dashboard.language.called import called
from engine.config import Config, Knob, Part, bounds, encode, family, sentences, shown

C = TypeVar("C", bound=Config)
LONG = 8  # choices of a menu, above which it is sorted


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
    few_first(cls, page, config, few, rest, last=lambda: _typed(cls, page, config))


def few_first(
    cls: type[C],
    page: str,
    config: C,
    few: Iterable[str],
    rest: Sequence[str],
    *,
    last: Callable[[], None] | None = None,
) -> None:
    """Draw the widgets of the few settings that teach, and the rest under "More".

    Args:
        last: draws what else stands under "More".
    """
    lit = [name for name in rest if name in marked.named(marked.HIGHLIGHT)]
    for name in marked.front([*few, *lit]):
        control(cls, page, config, name)
    if rest:
        with st.expander(say("controls.more"), key=f"{page}_more"):
            for name in (name for name in rest if name not in lit):
                control(cls, page, config, name)
            if last is not None:
                last()


def control(cls: type[C], page: str, config: C, name: str) -> None:
    """Draw the widget of one knob, unless the link hides it."""
    if marked.hidden(name):
        return
    with marked.frame(name):
        _widget(cls, page, config, name)


def _widget(cls: type[C], page: str, config: C, name: str) -> None:
    field = config.knobs()[name]
    look = shown(field) or Knob(title=name)
    key = f"{page}_{name}"
    value = config.get(name)
    alone = not look.unit or look.unit in look.title.lower()
    title = tr(look.title) if alone else f"{tr(look.title)} ({tr(look.unit)})"
    help = tr(look.help) or None

    def change(write: Callable[[Any], str]) -> Callable[[Any], None]:
        return partial(_changed, cls, config, name, write)

    if (registry := family(field)) is not None:
        ids = config.possible(name) or list(registry)
        labels = {id: tr(registry[id].about.label) for id in _in_order(registry, ids)}
        one(key, title, labels, value.id, change(str), help=tr(value.about.summary))
    elif isinstance(value, bool):
        held(st.toggle, key, title, value, change(encode), help=help)
    elif look.options:
        labels = {value: tr(label) for value, label in look.options}
        draw: Any = st.segmented_control if len(labels) <= 6 else st.selectbox
        named = labels.__getitem__
        held(draw, key, title, str(value), change(str), list(labels), format_func=named, help=help)
    elif isinstance(value, str):
        held(st.text_input, key, title, value, change(str.strip), help=help)
    elif isinstance(value, tuple):
        shown_as = encode(value).replace("~", ", ")
        held(st.text_input, key, title, shown_as, change(listed), help=help)
    else:
        widget, options, more = _number(value, field, look)
        held(widget, key, title, value, change(encode), *options, help=help, **more)


def _in_order(registry: Any, ids: list[str]) -> list[str]:
    """A long menu by task, where its members have one, and then by name; a short one as it is."""
    if len(ids) <= LONG:
        return ids
    return sorted(
        ids,
        key=lambda id: (getattr(registry[id], "task", ""), tr(registry[id].about.label).casefold()),
    )


def _number(value: Any, field: FieldInfo, look: Knob) -> tuple[Any, list[Any], dict[str, Any]]:
    """The widget of a number, what it takes after its label, and what else."""
    low, high = bounds(field)
    if low is None or high is None or (not look.log and high - low > 10_000):
        return st.number_input, [low, high], {}
    if look.log:
        grid = log_grid(low, high, whole=isinstance(value, int), also=value)
        return st.select_slider, [grid], {"format_func": short}
    kind = type(value)
    step = kind(look.step) if look.step else (1 if kind is int else (high - low) / 100)
    digits = max(2, math.ceil(-math.log10(step)))  # else 0.999 is shown as 1.00
    form = "%d" if kind is int else f"%.{digits}f"
    return st.slider, [kind(low), kind(high)], {"step": step, "format": form}


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


def listed(text: str) -> str:
    """A list as a person types it, as a link writes it."""
    return "~".join(part for part in re.split(r"[\s,;x×]+", text.strip()) if part)


def _changed(
    cls: type[Config], config: Config, name: str, write: Callable[[Any], str], value: Any
) -> None:
    """A widget changed: try the new value; keep the old one where it is refused."""
    if value is not None:  # None: a segmented control that was clicked off
        apply(cls, config, {name: write(value)})


def apply(cls: type[Config], config: Config, items: dict[str, str]) -> None:
    """Change settings given as text, and put the nearest working config into the link."""
    flat = config.flat()
    for name in items:
        knob = config.knobs().get(name)
        if knob is not None and family(knob) is not None:  # another part has other knobs
            flat = {k: v for k, v in flat.items() if not k.startswith(f"{name}.")}
    new, problems = cls.read(flat | items, kept=config)
    for problem in problems:
        link.note(problem)
    if new != config:
        link.write(cls, new)


def _typed(cls: type[C], page: str, config: C) -> None:
    """One line that shows all settings that differ from the defaults, and takes any."""

    def read(text: str) -> None:
        items = {name: value for name, _, value in (item.partition("=") for item in text.split())}
        new, problems = cls.read(items, kept=config)
        if problems:  # what was not understood takes nothing else with it
            new, _ = cls.read(config.flat() | items, kept=config)
        for problem in problems:
            link.note(problem)
        link.write(cls, new)

    now = " ".join(f"{name}={value}" for name, value in config.flat().items())
    label, help = say("controls.typed"), say("controls.typed_help")
    held(st.text_input, f"{page}_typed", label, now, read, help=help)


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
            title = tr((shown(field) or Knob(title=name)).title)
            found[f"{title} ({name})" if title in found else title] = (values[0], values[1])
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
