"""What is one setting: its range, how it is shown, and how a link writes it?"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, TypeAdapter
from pydantic.fields import FieldInfo

from engine.words import said


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """How one field is shown. Its range lives in the field's constraints."""

    title: str
    help: str = ""
    unit: str = ""
    log: bool = False  # 1-3-10 steps instead of equal ones
    step: float | None = None  # of a linear slider; None lets the widget choose
    more: bool = False  # kept under "More": not one of the few that teach
    options: tuple[tuple[str, str], ...] = ()  # (value, label) of a field of fixed choices


def knob(
    default: Any,
    title: str,
    help: str = "",
    *,
    ge: float | None = None,
    le: float | None = None,
    max_length: int | None = None,
    unit: str = "",
    log: bool = False,
    step: float | None = None,
    more: bool = False,
    options: dict[str, str] | None = None,
) -> Any:
    """Declare a field with its default, inclusive range, title, unit and help."""
    limits = {"ge": ge, "le": le, "max_length": max_length}
    field: FieldInfo = Field(
        default,
        title=title,
        description=help,
        **{name: limit for name, limit in limits.items() if limit is not None},  # type: ignore
    )
    field.metadata.append(
        Knob(
            title=title,
            help=help,
            unit=unit,
            log=log,
            step=step,
            more=more,
            options=tuple((options or {}).items()),
        )
    )
    return field


def shown(field: FieldInfo) -> Knob | None:
    """The knob of a field, or None for a field that is not drawn."""
    return next((item for item in field.metadata if isinstance(item, Knob)), None)


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """Inclusive (lowest, highest) of a number; None where there is no limit."""
    low, high = (
        next((getattr(item, name) for item in field.metadata if hasattr(item, name)), None)
        for name in ("ge", "le")
    )
    return low, high


def family(field: FieldInfo) -> Any | None:
    """The registry whose members this field may hold, or None."""
    return next((item.registry for item in field.metadata if hasattr(item, "registry")), None)


def encode(value: Any) -> str:
    """A JSON value as text, in characters that a link keeps readable: lists with ~, pairs with !"""
    match value:
        case bool():
            return "1" if value else "0"
        case float():  # as few digits as read back equal: what a key holds, its link holds too
            short = f"{value:.10g}"
            return short if float(short) == value else repr(value)
        case list() | tuple():
            return "~".join(
                "!".join(map(encode, item)) if isinstance(item, list | tuple) else encode(item)
                for item in value
            )
        case _:
            return str(value)


def decode(text: str, field: FieldInfo) -> Any:
    """The inverse of `encode`, validated against the field's type and range."""
    default = field.get_default(call_default_factory=True)
    value: Any = text.strip().replace("−", "-")  # a minus as sentences here write it
    if isinstance(default, tuple):
        value = [part.split("!") if "!" in part else part for part in value.split("~") if part]
    elif get_origin(field.annotation) is Literal:  # its values may be numbers
        value = next((v for v in get_args(field.annotation) if encode(v) == value), value)
    whole: Any = Annotated[field.annotation, *(field.metadata or [None])]  # it wants two
    return TypeAdapter(whole).validate_python(value)


LONGEST = 60  # characters of a value that a sentence repeats


def refused(field: FieldInfo, name: str, text: str, instead: Any, own: str = "") -> str:
    """The sentence for a text that a field does not take: what goes, and what is used.

    Args:
        own: what a check of the field's own said of it.
    """
    look = shown(field) or Knob(title=name)
    low, high = bounds(field)
    used = encode(instead)[:LONGEST]
    if isinstance(instead, tuple):  # as it is typed
        text, used = text.replace("~", ", "), used.replace("~", ", ")
    used = repr(used) if used else said("none")
    if own:
        return said(
            "{title}: {problem} Using {used} instead.", title=look.title, problem=own, used=used
        )
    if isinstance(instead, tuple) and (found := _listed(field)):
        allowed = found
    elif look.options:
        values = ", ".join(value for value, _ in look.options)
        allowed = said("Possible: {values}.", values=values)
    elif low is not None and high is not None:
        allowed = said("It goes from {low:g} to {high:g}.", low=low, high=high)
    else:
        allowed = said("An example that works: {example}.", example=used)
    return said(
        "{title} cannot be {wanted}. {allowed} Using {used} instead.",
        title=look.title,
        wanted=repr(text if len(text) <= 40 else f"{text[:39]}…"),
        allowed=allowed,
        used=used,
    )


def _listed(field: FieldInfo) -> str:
    """What a list of numbers may hold, as far as its declaration says."""
    (inner, *_) = get_args(field.annotation) or (str,)
    limits = getattr(inner, "__metadata__", ())
    inner = get_args(inner)[0] if get_origin(inner) is Annotated else inner
    if inner not in (int, float):
        return ""
    limits = [item for one in limits for item in (getattr(one, "metadata", None) or [one])]
    low, high = (
        next((getattr(item, name) for item in limits if hasattr(item, name)), None)
        for name in ("ge", "le")
    )
    most = next((item.max_length for item in field.metadata if hasattr(item, "max_length")), None)
    found = said("It takes whole numbers") if inner is int else said("It takes numbers")
    if low is not None and high is not None:
        found = said("{kind} from {low:g} to {high:g}", kind=found, low=low, high=high)
    if most is not None:
        return said("{kind}, at most {most}, separated by commas.", kind=found, most=most)
    return said("{kind}, separated by commas.", kind=found)
