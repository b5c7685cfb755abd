"""Which program repeats a run of the store? Of one training, or of many that were compared."""

from collections.abc import Mapping, Sequence

import torch

from engine.config import encode
from engine.runs.events import Metrics
from engine.runs.store import EMPTY, Run, Series
from engine.runs.work import Work
from engine.training.config import TrainConfig
from engine.training.loop import Plan
from engine.training.script import Network, script
from engine.training.train import train
from engine.words import Said

PARTS = ("validation", "test")
RECORDS = 300  # of the losses of a race


def has_script(config: Work, run: Run) -> bool:
    """Whether `script_of` can say what would repeat a run and find its number."""
    if config.outdated:
        return False
    if isinstance(config, TrainConfig):
        ended = run.state == "done" and bool(_losses(run.summary, ""))
        return ended or (run.state == "diverged" and _diverged(run) > 0)
    whole = run.state == "done" and bool(_losses(run.summary, ":0"))
    return whole and hasattr(config, "variants")


def script_of(config: Work, run: Run, history: Series) -> str:
    """The program that repeats a run.

    Args:
        config: of the run; `TrainConfig`, or a kind whose `variants` trained together.
        run: that has come to its end; `has_script` says whether there is a program.
        history: of the run.

    Raises:
        DataError: the data's files are missing.
    """
    alone = isinstance(config, TrainConfig)
    networks = [_one(config, run, history)] if alone else _many(config, run, history)  # type: ignore
    device = run.device.values if isinstance(run.device, Said) else {}
    threads = int(str(device.get("threads", 1)))
    gpu = "memory" in device and "threads" not in device
    return script(networks, run.key, together=not alone, gpu=gpu, threads=threads)


def _one(config: TrainConfig, run: Run, history: Series) -> Network:
    start = _start(config, history, "validation_loss")
    if run.state == "diverged":
        return Network(config=config, start=start, diverged=_diverged(run))
    return Network(config=config, start=start, losses=_losses(run.summary, ""))


def _many(config: Work, run: Run, history: Series) -> list[Network]:
    configs: Sequence[TrainConfig] = config.variants()  # type: ignore[attr-defined]
    found = []
    for index, (one, label) in enumerate(zip(configs, labels(configs), strict=True)):
        start = _start(one, history, f"validation_loss:{index}")
        died = history.get(f"died:{index}", EMPTY)[1]
        if len(died):
            late = max(1, Plan.of(one, len(one.prepared().train.x)).steps // RECORDS)
            at = int(died[0])
            found.append(Network(config=one, label=label, start=start, diverged=at, late=late))
        else:
            losses = _losses(run.summary, f":{index}")
            found.append(Network(config=one, label=label, start=start, losses=losses))
    return found


def _diverged(run: Run) -> int:
    """The update that its sentence tells; 0: none."""
    values = run.message.values if isinstance(run.message, Said) else {}
    return int(str(values.get("step", 0)))


def _start(config: TrainConfig, history: Series, name: str) -> float:
    """The validation loss before the first update: as it was recorded, else measured again."""
    steps, values = history.get(name, EMPTY)
    if len(steps) and steps[0] == 0:
        return float(values[0])
    events = train(config, torch.device("cpu"), until=0)
    return next(e.values["validation_loss"] for e in events if isinstance(e, Metrics))


def _losses(summary: Mapping[str, float], of: str) -> dict[str, float]:
    names = {part: f"{part}_loss{of}" for part in PARTS}
    if not all(name in summary for name in names.values()):
        return {}
    return {part: summary[name] for part, name in names.items()}


def labels(configs: Sequence[TrainConfig]) -> list[str]:
    """For each network the settings in which not all are alike, but for the seed."""
    every = {name: None for config in configs for name in config.knobs() if name != "seed"}
    written = [
        {n: _written(config.get(n)) for n in every if n in config.knobs()} for config in configs
    ]
    differing = [n for n in every if len({texts.get(n, "") for texts in written}) > 1]
    whole = [n for n in differing if not any(n.startswith(f"{other}.") for other in differing)]
    return [
        ", ".join(f"{n.rpartition('.')[2]} {texts.get(n, '')}".strip() for n in whole)
        for texts in written
    ]


def _written(value: object) -> str:
    return getattr(value, "id", None) or encode(value)
