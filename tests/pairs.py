"""Few configs that try every two members of different families together."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from engine.config import Config, encode, family
from engine.training.config import TrainConfig

Pair = tuple[tuple[str, str], tuple[str, str]]  # two (setting, id)
SMALLEST = {"epochs": "1", "batch_size": "64"}
FEW = {"examples": "100", "blocks": "1", "channels": "4", "hidden": "8", "width": "4", "size": "16"}


def choices() -> dict[str, list[str]]:
    """Ids by setting, of the parts that need no download."""
    config = TrainConfig()
    found = {n: list(family(f)) for n, f in config.knobs().items() if family(f) is not None}
    found["data"] = [id for id in found["data"] if family(config.knobs()["data"])[id].local]
    return found


def config_of(members: dict[str, str]) -> TrainConfig | None:
    """The smallest training of these members; None where they do not go together."""
    found, problems = TrainConfig.read(members | SMALLEST)
    if problems:
        return None
    for name, knob in found.knobs().items():
        short = name.rpartition(".")[2]
        if short in FEW and name.startswith(("data.", "model.")):
            smaller, refused = TrainConfig.read(found.flat() | {name: _at_least(knob, FEW[short])})
            found = found if refused else smaller
    return found


def _at_least(knob: Any, wanted: str) -> str:
    low = next((item.ge for item in knob.metadata if hasattr(item, "ge")), None)
    return wanted if low is None or float(wanted) >= low else encode(low)


def pairs_of(config: TrainConfig, names: list[str]) -> set[Pair]:
    parts = [(name, config.get(name).id) for name in names if _has(config, name)]
    return set(combinations(sorted(parts), 2))


def _has(config: Config, name: str) -> bool:
    return name in config.knobs()


def covering(names: list[str] | None = None) -> Iterator[TrainConfig]:
    """Configs in which every pair that goes together is; greedy: each takes up what it can."""
    ids = choices()
    names = names or list(ids)
    left = {
        ((a, x), (b, y)) for a, b in combinations(sorted(names), 2) for x in ids[a] for y in ids[b]
    }
    while left:
        (a, x), (b, y) = min(left)
        members = {a: x, b: y}
        if config_of(members) is None:
            left.discard(((a, x), (b, y)))
            continue
        for name in names:
            if name in members:
                continue
            fitting = [id for id in ids[name] if config_of(members | {name: id}) is not None]
            gain = {
                id: sum(tuple(sorted([(name, id), other])) in left for other in members.items())
                for id in fitting
            }
            if gain:
                members[name] = max(gain, key=gain.__getitem__)
        config = config_of(members)
        assert config is not None
        found = pairs_of(config, names)
        left -= found | {((a, x), (b, y))}
        yield config
