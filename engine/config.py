"""What can a person set, in which range, and how is it written in a link, a key and a file?

Every knob is declared once, as a field of a frozen `Config`. Widgets, validation, links, presets,
cache keys and exported scripts are all derived from that declaration.
"""

import difflib
import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from engine.knobs import Knob, bounds, decode, encode, family, knob, refused, shown
from engine.words import said, why

__all__ = [
    "About",
    "Config",
    "Knob",
    "Part",
    "bounds",
    "content_key",
    "decode",
    "encode",
    "family",
    "knob",
    "sentences",
    "shown",
]

C = TypeVar("C", bound="Config")


class Config(BaseModel):
    """Everything that decides a result, and nothing that does not.

    Hashable and immutable: a cache key that cannot drift from what was computed.

    Raises:
        ValidationError: a value is unknown or out of range; `sentences` says it in plain words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        """Ids that field `name` may hold, given the fields before it; None: the whole family."""
        return None

    def possible(self, name: str) -> list[str] | None:
        """Ids that a dotted field may hold; the outermost config that knows, says."""
        found = type(self).allowed(name, dict(self))
        head, _, rest = name.partition(".")
        part = getattr(self, head)
        if found is not None or not rest or not isinstance(part, Config):
            return found
        return part.possible(rest)

    def changed(self) -> dict[str, Any]:
        """The fields that differ from their defaults, nested parts included, as JSON values."""
        return _changed(self, type(self)())

    @property
    def key(self) -> str:
        """Content address of these settings, for caches. Adding a knob leaves it as it is."""
        return content_key(type(self).__name__, 1, self.changed())

    def flat(self) -> dict[str, str]:
        """The changed fields as dotted names and short texts: what a link holds."""
        return _flatten(self.changed())

    @classmethod
    def read(cls, items: dict[str, str], kept: Self | None = None) -> tuple[Self, list[str]]:
        """The config nearest to what a link or a typed line asks for.

        Args:
            items: dotted name to text, as `flat` writes them.
            kept: what holds where an item is refused; None: the defaults.

        Returns:
            The config, and one sentence for each item that was refused.
        """
        problems: list[str] = []
        return _read(cls(), items, problems, kept), problems

    def with_(self, name: str, value: Any) -> Self:
        """A validated copy with one dotted field changed: `with_("optimizer.beta1", 0.8)`."""
        head, _, rest = name.partition(".")
        if head not in type(self).model_fields:
            raise ValueError(_unknown(head, type(self).model_fields))
        inner = getattr(self, head).with_(rest, value) if rest else value
        return type(self)(**{**dict(self), head: inner})

    def get(self, name: str) -> Any:
        """The value of a dotted field."""
        value: Any = self
        for part in name.split("."):
            value = getattr(value, part)
        return value

    def knobs(self, prefix: str = "") -> dict[str, FieldInfo]:
        """Dotted name to field of every knob, those of the chosen parts included."""
        found: dict[str, FieldInfo] = {}
        for name, field in type(self).model_fields.items():
            if shown(field):
                found[prefix + name] = field
            if isinstance(value := getattr(self, name), Config):
                found |= value.knobs(f"{prefix}{name}.")
        return found


def content_key(name: str, revision: int, changed: dict[str, Any]) -> str:
    """16 hex digits of SHA-256 over what is meant, its revision, and the fields that differ."""
    content = {"v": revision, "kind": name, **changed}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one member of a family is, to the engine and to every page."""

    id: str  # in configs, links and cache keys: for ever
    label: str  # what a learner reads
    summary: str  # one sentence
    formula: str = ""  # LaTeX without dollar signs
    source: str = ""  # paper and year, or documentation
    url: str = ""


class Part(Config):
    """A member of a family (an activation, a data set, an optimizer) with its own knobs."""

    about: ClassVar[About]

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def spelled(self) -> str:
        """One text for the member and its knobs that differ: `warmup:share=0.05`."""
        return ":".join([self.id, *(f"{name}={text}" for name, text in self.flat().items())])


def own_words(error: ValidationError) -> str:
    """What a check of ours says; nothing where it was the kind or the range of the value."""
    found = (item["ctx"]["error"] for item in error.errors() if item["type"] == "value_error")
    return next(map(why, found), "")


def sentences(error: ValidationError) -> list[str]:
    """Each problem of a validation error as one sentence: what is wrong and what is allowed."""
    out: list[str] = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        received = f"{item['input']!r:.80}"
        match item["type"]:
            case "greater_than_equal":
                out.append(
                    said(
                        "{name} must be at least {least:g}. Received: {received}.",
                        name=name,
                        least=item["ctx"]["ge"],
                        received=received,
                    )
                )
            case "less_than_equal":
                out.append(
                    said(
                        "{name} must be at most {most:g}. Received: {received}.",
                        name=name,
                        most=item["ctx"]["le"],
                        received=received,
                    )
                )
            case "too_long":
                out.append(
                    said(
                        "At most {most} values. Received: {count}.",
                        most=item["ctx"]["max_length"],
                        count=item["ctx"]["actual_length"],
                    )
                )
            case "int_parsing" | "int_from_float" | "int_type":
                out.append(
                    said("Expected a whole number. Received: {received}.", received=received)
                )
            case "float_parsing" | "float_type" | "finite_number":
                out.append(said("Expected a number. Received: {received}.", received=received))
            case "extra_forbidden":
                out.append(said("There is no setting {name}.", name=repr(name)))
            case "value_error":
                out.append(why(item["ctx"]["error"]))
            case _:
                out.append(
                    said(
                        "{name}: {problem}. Received: {received}.",
                        name=name,
                        problem=item["msg"].lower(),  # pydantic's own words
                        received=received,
                    )
                )
    return out


def _changed(config: Config, baseline: Config) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in type(config).model_fields:
        value, default = getattr(config, name), getattr(baseline, name)
        if value == default:
            continue
        if isinstance(value, Config):
            same = type(default) is type(value)
            rest = _changed(value, default if same else type(value)())
            out[name] = rest if same or not isinstance(value, Part) else {"id": value.id, **rest}
        else:
            out[name] = value
    return out


def _flatten(changed: dict[str, Any], prefix: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in changed.items():
        if isinstance(value, dict):
            if "id" in value:
                out[prefix + name] = value["id"]
            out |= _flatten({k: v for k, v in value.items() if k != "id"}, f"{prefix}{name}.")
        else:
            out[prefix + name] = encode(value)
    return out


def _read(base: C, items: dict[str, str], problems: list[str], kept: Config | None) -> C:
    """`base` with the items applied, in field order, so that a part may limit those after it.

    What is refused holds the value of `kept` where that is of the same class, else that of `base`.
    """
    left = dict(items)
    own = kept if type(kept) is type(base) else base
    values = dict(base)
    for name, field in type(base).model_fields.items():
        mine = left.pop(name, None)
        inner = {
            k.removeprefix(f"{name}."): left.pop(k) for k in list(left) if k.startswith(f"{name}.")
        }
        if (registry := family(field)) is not None and isinstance(values[name], Part):
            ids = type(base).allowed(name, values) or list(registry)
            part = _choose(field, values[name], getattr(own, name), mine, ids, registry, problems)
            values[name] = _read(part, inner, problems, getattr(own, name))
        elif isinstance(values[name], Config):
            values[name] = _read(values[name], inner, problems, getattr(own, name))
        elif mine is not None:
            try:
                values[name] = decode(mine, field)
            except ValidationError as error:
                values[name] = getattr(own, name)
                problems.append(refused(field, name, mine, values[name], own_words(error)))
    problems += [
        said("{problem} It was left out.", problem=_unknown(name, base.knobs())) for name in left
    ]
    try:
        return type(base)(**values)
    except ValidationError as error:
        problems += sentences(error)
    if own is not base:
        problems.append(said("Nothing was changed."))
        return own  # type: ignore[return-value]
    return _nearest(base, values, problems)


def _nearest(base: C, values: dict[str, Any], problems: list[str]) -> C:
    """`base` with as many of the values, in their order, as go together."""
    for name, value in values.items():
        if value == getattr(base, name):
            continue
        try:
            base = type(base)(**{**dict(base), name: value})
        except ValidationError:
            look = shown(type(base).model_fields[name]) or Knob(title=name)
            used = getattr(base, name)
            written = getattr(used, "id", "–") if isinstance(used, Config) else encode(used)
            written = repr(written.replace("~", ", ")) if written else said("none")
            problems.append(said("{title}: using {used} instead.", title=look.title, used=written))
    return base


def _choose(
    field: FieldInfo,
    default: Part,
    kept: Part,
    wanted: str | None,
    ids: list[str],
    registry: Any,
    problems: Any,
) -> Part:
    fallback = default.id if default.id in ids else ids[0]
    pick = fallback if wanted is None else wanted
    if pick not in ids:
        fallback = kept.id if kept.id in ids else fallback
        title = (shown(field) or Knob(title="part")).title
        if pick in registry:
            problem = said(
                "{title} {wanted} does not go with the other settings.",
                title=title,
                wanted=repr(pick),
            )
        else:
            problem = registry.unknown(pick)
        problems.append(
            said(
                "{problem} Using {used}; possible here: {ids}.",
                problem=problem,
                used=repr(fallback),
                ids=_some(ids),
            )
        )
        pick = fallback
    return default if pick == default.id else registry[pick]()


def _some(ids: list[str], most: int = 16) -> str:
    """The first few of a list, and how many more there are."""
    some = ", ".join(ids[:most])
    if len(ids) <= most:
        return some
    return said("{some} and {count} more", some=some, count=len(ids) - most)


def _unknown(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    wanted = repr(name[:40])
    if not close:
        return said("There is no setting {name}.", name=wanted)
    return said(
        "There is no setting {name}. Did you mean {close}?", name=wanted, close=repr(close[0])
    )
