"""Is a piece of work more than a machine should be asked for? Said before anything is built.

Each setting has a range of its own. Their product is bounded here, so that no link makes a server
build what it has no memory for.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from engine.config import Knob, bounds, encode, shown
from engine.runs.work import Costs, Work
from engine.words import said

W = TypeVar("W", bound=Work)
MOST = Costs(
    weights=20_000_000,  # 400 MB with gradients and the memory of Adam
    products=4_000_000_000,  # a second for one example, about, on one core
    values=25_000_000,  # ten seconds of drawing
)
SHRINKS = {  # by what is too much: the settings that are made smaller, anywhere in a name
    "weights": ("model", "levels"),
    "products": ("model",),
    "values": ("examples",),
}
NAMES = {
    "weights": said("weights"),
    "products": said("multiplications for each example"),
    "values": said("numbers in its pictures"),
}
FINEST = 64  # steps from the whole to a thousandth


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Why it is not done, and what works instead."""

    sentence: str
    instead: Work | None  # nearest settings that can be done


def too_large(config: Work) -> TooLarge | None:
    """None where the machine can be asked for it. Loads and builds nothing that is large."""
    try:
        return _judged(config)
    except ValueError:  # files that are missing, parts that do not fit: said where they are asked
        return None  # and not kept: files may come


@lru_cache(maxsize=256)
def _judged(config: Work) -> TooLarge | None:
    costs = config.costs()
    over = _over(costs)
    if not over:
        return None
    asked, most = getattr(costs, over[0]), getattr(MOST, over[0])
    instead = _smaller(config, over)
    return TooLarge(_sentence(config, NAMES[over[0]], asked, most, instead), instead)


def _over(costs: Costs) -> list[str]:
    """What is asked for more of than there is."""
    return [name for name in NAMES if getattr(costs, name) > getattr(MOST, name)]


def _sentence(config: Work, what: str, asked: int, most: int, instead: Work | None) -> str:
    values: dict[str, Any] = {"asked": asked, "most": most, "what": what}
    if instead is None:
        return said("This asks for {asked:,} {what}; {most:,} is the most.", **values)
    known, other = instead.knobs(), config.knobs()
    differ = [n for n in known if n in other and instead.get(n) != config.get(n)]
    works = ", ".join(
        f"{(shown(known[name]) or Knob(title=name)).title} = {_short(instead.get(name))}"
        for name in differ
        if not any(longer.startswith(f"{name}.") for longer in differ)
    )
    return said(
        "This asks for {asked:,} {what}; {most:,} is the most. What works: {works}.",
        works=works,
        **values,
    )


def _smaller(config: W, over: list[str]) -> W | None:
    """The same with the whole numbers that make it large reduced until it can be done."""
    low, high = 0, FINEST  # of the exponent: too large at `low`
    best: W | None = None
    names = {part for name in over for part in SHRINKS[name]}
    while high - low > 1:
        middle = (low + high) // 2
        found = _reduced(config, names, 1e-3 ** (middle / FINEST))
        try:
            over = _over(found.costs())
        except ValueError:  # these do not fit together: not to be offered
            over = [""]
        if over:
            low = middle
        else:
            best, high = found, middle
    return best


def _reduced(config: W, names: set[str], share: float) -> W:
    found = config
    for name, field in config.knobs().items():
        if set(name.split(".")) & names:
            with suppress(ValueError):  # a number that fits no other setting stays
                found = found.with_(name, _shrunk(config.get(name), bounds(field)[0], share))
    return found


def _short(value: Any) -> str:
    """As it is typed; equal numbers in a row are counted."""
    if isinstance(value, tuple) and len(value) > 3 and len(set(value)) == 1:
        return f"{len(value)} x {value[0]}"
    return encode(value).replace("~", ", ")


def _shrunk(value: Any, low: Any, share: float) -> Any:
    match value:
        case bool():
            return value
        case int() if low is not None:
            return max(low, round(value * share))
        case tuple() if value and all(type(item) is int for item in value):
            return tuple(max(1, round(item * share)) for item in value)
    return value
