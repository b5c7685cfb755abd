"""How does a family of interchangeable parts find its members?"""

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from engine.config import Part
from engine.words import said

P = TypeVar("P", bound=Part)
_FAMILIES: dict[str, "Registry[Any]"] = {}  # package to registry, as far as they are imported


class Registry(Mapping[str, type[P]], Generic[P]):
    """A read-only mapping from id to config class, filled by the files of one package.

    Adding a member is adding a file: `discover` imports every public module of the package, and
    each module registers the member it is named after.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind  # singular noun for messages: "activation", "data set"
        self._members: dict[str, type[P]] = {}

    def register(self, member: type[P]) -> type[P]:
        """Class decorator. Raises ValueError when the id is taken."""
        name = member.about.id
        if name in self._members:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._members[name] = member
        return member

    def discover(self, package: str) -> None:
        """Import every module of `package` whose name has no leading underscore."""
        _FAMILIES[package] = self
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{package}.{module.name}")

    def unknown(self, name: str) -> str:
        """The sentence for an id that is not here."""
        close = difflib.get_close_matches(name, self._members, n=1)
        wanted = repr(name[:40])
        if not close:
            return said("There is no {kind} {name}.", kind=self.kind, name=wanted)
        return said(
            "There is no {kind} {name}. Did you mean {close}?",
            kind=self.kind,
            name=wanted,
            close=repr(close[0]),
        )

    def parse(self, value: Any) -> P:
        """A member from itself, from its id or what it is `spelled`, or from {"id": …, knob: …}."""
        if isinstance(value, Part) and type(value) is self._members.get(value.id):
            return value  # type: ignore[return-value]
        match value:
            case str():
                id, *texts = value.split(":")
                pairs = (text.partition("=") for text in texts)
                part, problems = self[id].read({name: text for name, _, text in pairs})
                if problems:
                    raise ValueError(problems[0])
                return part
            case {"id": str(name), **knobs}:
                return self[name](**{str(k): v for k, v in knobs.items()})
        raise ValueError(
            said(
                "Expected a {kind}. Received: {received}.",
                kind=self.kind,
                received=f"{value!r:.80}",
            )
        )

    def field(self) -> "_Choice":
        """`Annotated[Base, REGISTRY.field()]` makes a config field of the family."""
        return _Choice(self)

    def several(self, least: int = 1, knobs: bool = False) -> "_Several":
        """`Annotated[tuple[str, ...], REGISTRY.several()]` makes a field of ids of members; with
        `knobs` of members as they are `spelled`."""
        return _Several(self, least, knobs)

    def __getitem__(self, name: str) -> type[P]:
        try:
            return self._members[name]
        except KeyError:
            known = ", ".join(self._members)
            raise ValueError(
                said("{problem} Known: {known}.", problem=self.unknown(name), known=known)
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def all_families() -> dict[str, Registry[Any]]:
    """Package to registry of every family in the engine, by package; imports all of the engine.

    For tests and documents. A page imports the families that it shows.
    """
    for module in pkgutil.walk_packages(importlib.import_module("engine").__path__, "engine."):
        importlib.import_module(module.name)
    return dict(sorted(_FAMILIES.items()))


@dataclass(frozen=True)
class _Choice:
    """Tells pydantic how to read and write a field that holds one member of a registry."""

    registry: Registry[Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.registry.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda part: {"id": part.id, **part.model_dump(mode="json")}
            ),
        )


@dataclass(frozen=True)
class _Several:
    """Tells pydantic how to check a field that holds ids of members."""

    members: Registry[Any]
    least: int
    knobs: bool

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) < self.least:
            raise ValueError(said("At least one {kind} is needed.", kind=self.members.kind))
        for name in names:
            id = name.partition(":")[0] if self.knobs else name
            if id not in self.members:
                raise ValueError(self.members.unknown(id))
            self.members.parse(name)
        return names
