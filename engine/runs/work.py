"""What can be run as a job? Any config that knows how to run itself as a stream of events."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeVar

import torch
from pydantic import Field, field_validator

from engine.config import Config, content_key
from engine.runs.events import Event, State
from engine.words import said

NETWORK = "run-"  # in front of a run's key: the name of the network that it trained
W = TypeVar("W", bound="type[Work]")
Run = Callable[..., Iterator[Event]]  # (config, device, start, until)
R = TypeVar("R", bound=Run)


class Costs(NamedTuple):
    """What a piece of work would ask of a machine, estimated before anything is built."""

    weights: int = 0  # numbers that are learned, of all networks that learn together
    products: int = 0  # multiplications for one example, of all of them
    values: int = 0  # numbers in the pictures that are drawn for it


class Work(Config):
    """A config that describes a piece of work from beginning to end."""

    kind: ClassVar[str]  # in the store and in keys, for ever
    hashed: ClassVar[str] = ""  # what keys hold instead of the kind, of kinds older than that rule

    revision: int = Field(1, ge=1)
    """Which meaning of these settings: a kind whose numbers change raises its default, and what was
    computed before keeps its key and says that it is of an earlier revision."""

    @field_validator("revision")
    @classmethod
    def _is_known(cls, revision: int) -> int:
        if revision > cls.latest():
            raise ValueError(
                said(
                    "Revision {revision} is of a later version; here is {latest}.",
                    revision=revision,
                    latest=cls.latest(),
                )
            )
        return revision

    @classmethod
    def latest(cls) -> int:
        return int(cls.model_fields["revision"].default)

    @property
    def outdated(self) -> bool:
        """Whether this is an earlier revision: to be looked at, and not to be computed again."""
        return self.revision < self.current

    @property
    def current(self) -> int:
        """The last revision that changed the numbers of these settings: the latest, as a rule."""
        return self.latest()

    @property
    def key(self) -> str:
        """Content address, for ever: where a class is, and what it is called, are not part of it.

        Adding a knob keeps old keys. Whoever changes a default, or what is computed, raises the
        kind's revision.
        """
        changed = {k: v for k, v in self.changed().items() if k != "revision"}
        return content_key(self.hashed or self.kind, min(self.revision, self.current), changed)

    def changed(self) -> dict[str, Any]:
        """As of every config; of the revision only that it is an earlier one."""
        found = {k: v for k, v in super().changed().items() if k != "revision"}
        return found | ({"revision": self.revision} if self.outdated else {})

    def costs(self) -> Costs:
        """What it would ask of a machine; nothing that is worth a bound, unless a kind says so."""
        return Costs()

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """The events of this work, the same for the same config and device.

        Args:
            device: where to compute.
            start: what a `Checkpoint` of the same config saved, to go on from there.
            until: step to pause at; None runs to the end.
        """
        import_kinds()
        return RUNNERS[self.kind](self, device, start, until)

    def needs(self) -> tuple[str, ...]:
        """Keys of the runs whose trained networks this takes: jobs hand them over as weights."""
        network = str(getattr(self, "network", ""))
        return (network.removeprefix(NETWORK),) if network.startswith(NETWORK) else ()

    def unit(self, step: str) -> int:
        """How many updates one "epoch" or one "batch" is."""
        return 1


WORK: dict[str, type[Work]] = {}
RUNNERS: dict[str, Run] = {}
HOMES = ("engine.training", "engine.topics")  # where kinds of work are found


def work(cls: W) -> W:
    """Class decorator: a kind of work that jobs can run and the store can read back."""
    if cls.kind in WORK:
        raise ValueError(f"work {cls.kind!r} is registered twice")
    WORK[cls.kind] = cls
    return cls


def runner(kind: type[Work]) -> Callable[[R], R]:
    """Function decorator: what runs a kind of work, told beside it, so that settings know no
    learner.
    """

    def register(run: R) -> R:
        RUNNERS[kind.kind] = run
        return run

    return register


@cache
def import_kinds() -> None:
    """Fill `WORK` and `RUNNERS`: a kind of work is a file, and no list names it."""
    for home in HOMES:
        for module in pkgutil.walk_packages(importlib.import_module(home).__path__, f"{home}."):
            importlib.import_module(module.name)


def dump(config: Work) -> str:
    """JSON that `load` reads back, in this process or another."""
    return json.dumps({"kind": config.kind, **config.model_dump(mode="json")})


def load(text: str) -> Work:
    """Raises ValueError (or pydantic's ValidationError, a ValueError) for what is not a config."""
    import_kinds()
    try:
        content = json.loads(text)
    except RecursionError:
        content = None
    if not isinstance(content, dict):
        raise ValueError(said("These are no settings of a piece of work."))
    values: dict[str, Any] = {"revision": 1} | content  # written from the second on
    kind = values.pop("kind", None)
    if not isinstance(kind, str) or kind not in WORK:
        raise ValueError(
            said(
                "There is no kind of work {kind}. Known: {known}.",
                kind=repr(kind),
                known=", ".join(WORK),
            )
        )
    return WORK[kind].model_validate(values)
