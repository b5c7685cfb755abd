"""What do runs that are compared share at their start, and where do they part? Hashes prove it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.runs.steps import Facts
from engine.training.checkpoint import hash_of
from engine.training.config import TrainConfig
from engine.training.seeds import History

HASHES = ("weights_hash", "order_hash")
ROUNDING = 1e-5  # relative: what another program alone makes of equal numbers


def by_seed(hashes: Mapping[str, Sequence[str]], seeds: int) -> dict[str, str | int | float]:
    """The facts of runs that are numbered with all seeds of one setting before the next.

    Args:
        hashes: name to the hash of each run, as `weights_hash` and `order_hash`.
        seeds: repetitions of each setting.

    Returns:
        `<name>/<seed>`, all that differ in one text; and `shared`: 1 where none do.
    """
    found = {
        f"{name}/{seed}": ", ".join(sorted(set(column[seed::seeds])))
        for name, column in hashes.items()
        for seed in range(seeds)
    }
    return {**found, "shared": int(not any("," in text for text in found.values()))}


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes of one seed: one each where all settings share them."""

    weights: tuple[str, ...]
    orders: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return len(self.weights) == len(self.orders) == 1


def proofs(facts: Facts, seeds: int) -> list[Proof]:
    """The proof of each seed, from the facts of a race, of a sweep, or of `by_seed`.

    Empty where the facts hold no hashes.
    """
    if "weights_hash:0" in facts:
        runs = range(int(facts["runs"]))
        column = {name: [str(facts[f"{name}:{run}"]) for run in runs] for name in HASHES}
        facts = by_seed(column, seeds)
    if "weights_hash/0" not in facts:
        return []
    return [
        Proof(*(tuple(str(facts.get(f"{name}/{seed}", "–")).split(", ")) for name in HASHES))
        for seed in range(seeds)
    ]


def shared_tensors(configs: Sequence[TrainConfig]) -> dict[str, int]:
    """Name of each tensor of the first weights to how many of some configs begin with it equal.

    Networks of different shapes share what has the same name and shape in both.
    """
    found: dict[str, Counter[str]] = {}
    for config in configs:
        data = config.prepared()
        outputs = config.task.outputs(data)
        model = config.model.build(data.shape, outputs, config.layers, config.seed)
        for name, weight in model.named_parameters():
            found.setdefault(name, Counter())[f"{tuple(weight.shape)} {hash_of([weight])}"] += 1
    return {name: counts.most_common(1)[0][1] for name, counts in found.items()}


def parts_at(history: History, runs: Sequence[int]) -> int | None:
    """The first update after which not all of some runs have told the same; None: there is none.

    What is told is the loss at every evaluation and the mean loss of every few batches.
    """
    first: list[int] = []
    for series in ("train_loss", "validation_loss", "batch_loss"):
        known = [dict(zip(*history[name], strict=True)) for run in runs
                if (name := f"{series}:{run}") in history]  # fmt: skip
        for step in sorted(set.intersection(*map(set, known))) if len(known) == len(runs) else ():
            values = [one[step] for one in known]
            if not np.allclose(values, values[0], rtol=ROUNDING, atol=0):
                first.append(int(step))
                break
    return min(first, default=None)
