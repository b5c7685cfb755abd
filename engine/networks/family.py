"""Which trained networks are here, and what is known of one before it is asked anything?

A source is where some of them come from: files of the app, runs of this server, weights that others
published. What a network is for is its task. A page asks for all networks of a task and shows them
in one menu; a source to come (a file, a module of one's own) is one more class.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.kinds import Kind
from engine.runs.store import RunStore
from engine.words import said

Origin = Literal["shipped", "trained", "published"]
ORIGINS: dict[Origin, str] = {  # in the order of menus
    "shipped": said("comes with the app"),
    "trained": said("trained here"),
    "published": said("published"),
}
Use = Literal["classification", "density"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A network as a menu lists it."""

    id: str
    label: str  # data, architecture and how good it is
    origin: Origin
    here: bool = True  # False: its weights must be fetched first


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What can be known of a network without asking it."""

    id: str
    label: str
    origin: Origin
    kind: Kind
    shape: tuple[int, ...]  # of one input
    lowest: float  # of an input, before the network's own scaling
    highest: float
    classes: tuple[str, ...]
    parameters: int
    quality: str  # a sentence: how good it is, on what
    layers: tuple[str, ...] = ()  # that can be asked for their maps
    lacks: tuple[str, ...] = ()  # sentences: what it cannot do, though others of its task can


class Source:
    """Where networks of a task come from."""

    use: ClassVar[Use]
    origin: ClassVar[Origin]

    def members(self, store: RunStore) -> list[Member]:
        """All that are here, the best known or newest first."""
        raise NotImplementedError

    def describe(self, id: str) -> Described | None:
        """None where the id is of another source.

        Raises:
            ValueError: it is of this one, and cannot be had; a sentence that says why.
            DataError: what it learned from is missing.
        """
        raise NotImplementedError


SOURCES: list[Source] = []


def source(kind: type[Source]) -> type[Source]:
    """Class decorator: its networks are in the menus of their task."""
    SOURCES.append(kind())
    return kind


def members(use: Use, store: RunStore) -> list[Member]:
    """Every network of a task, by origin."""
    order = list(ORIGINS)
    own = sorted((s for s in SOURCES if s.use == use), key=lambda s: order.index(s.origin))
    return [member for one in own for member in one.members(store)]


def describe(use: Use, id: str) -> Described:
    """What is known of a network of a task.

    Raises:
        ValueError: there is none of that id, or its file is gone or damaged; a sentence.
        DataError: what it learned from is missing.
    """
    for one in SOURCES:
        if one.use == use and (found := one.describe(id)) is not None:
            return found
    raise ValueError(said("There is no network {name!r}.", name=id[:40]))
