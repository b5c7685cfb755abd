"""How fast are walks, basins, races and landscapes, beside the plain way of doing the same?

Run it with `python -m tests.benchmarks.bench_optim [threads ...]`. Each pair is measured in turns
in one process; seconds are those of the processor, in brackets those of the clock. Nothing is
asserted.
"""

import sys
import time
from collections.abc import Callable

import torch
from torch import nn

from engine.device import generator
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.optim import OPTIMIZERS
from engine.runs.events import Done
from engine.topics.optimizers.landscape import Around, top_eigenvalue
from engine.topics.optimizers.races.cost import cost
from engine.topics.optimizers.races.race import BASE, Race
from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.basins import Basins
from engine.topics.optimizers.walks.pace import suited
from engine.topics.optimizers.walks.rate_momentum import RateMomentum, rate_map
from engine.topics.optimizers.walks.walk import Walk, walk
from engine.training.batched import Batched
from engine.training.learner import Learner
from engine.training.loop import batch_order
from engine.training.train import train

CPU = torch.device("cpu")
EIGHT = (
    "gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"
)  # fmt: skip
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)


def took(work: Callable[[], object], repeats: int = 1) -> tuple[float, float]:
    """Least (processor, clock) seconds of some repeats."""
    best = (float("inf"), float("inf"))
    for _ in range(repeats):
        cpu, clock = time.process_time(), time.perf_counter()
        work()
        best = min(best, (time.process_time() - cpu, time.perf_counter() - clock))
    return best


def line(name: str, ours: tuple[float, float], plain: tuple[float, float] | None = None) -> None:
    text = f"{name:58s} {ours[0]:8.3f} s ({ours[1]:.3f})"
    if plain is not None:
        text += f"   plain {plain[0]:10.2f} s ({plain[1]:.2f})"
        text += f"   ratio {plain[0] / ours[0]:6.1f} ({plain[1] / ours[1]:.1f})"
    print(text, flush=True)


def walks() -> None:
    for ids in (tuple(OPTIMIZERS), EIGHT, EIGHT[:5]):
        config = Walk(surface="himmelblau", optimizers=ids, steps=500)
        line(f"walk: {len(ids)} optimizers x 500 steps", took(lambda c=config: walk(c), 5))
    config = RateMomentum()
    line("rate x momentum: 60 x 60, 500 steps", took(lambda: rate_map(config), 3))


def alone(id: str, surface_id: str, starts: int = 2, steps: int = 500) -> tuple[float, float]:
    """Seconds of one start by torch.optim and autograd."""
    surface, rule = SURFACES[surface_id](), OPTIMIZERS[id]()

    def loop() -> None:
        for number in range(starts):
            point = torch.randn(2, generator=generator(number, "start"))
            weight = nn.Parameter(point)
            optimizer = rule.build([weight], suited(id, surface))
            for _ in range(steps):
                optimizer.zero_grad()
                surface.value(weight).backward()
                optimizer.step()

    cpu, clock = took(loop)
    return cpu / starts, clock / starts


def basins() -> None:
    # On Rosenbrock hardly a walk settles before its last step: no work is saved.
    for surface in ("rosenbrock", "himmelblau"):
        config = Basins(surface=surface, optimizers=EIGHT)
        singles = [alone(id, surface) for id in EIGHT]
        plain = tuple(sum(one[i] for one in singles) * config.side**2 for i in range(2))
        ours = took(lambda c=config: list(c.run(CPU)))
        line(f"basins: {surface}, 8 optimizers x 40,000 starts x 500", ours, plain)


def race(activation: str) -> None:
    base = BASE.with_("layers.activation", ACTIVATIONS[activation]()).with_("epochs", 30)
    config = Race(base=base, optimizers=EIGHT, rates=RATES, seeds=4)
    variants = config.variants()
    sample = variants[len(RATES) * 2 :: len(RATES) * 4]  # one of each optimizer
    list(train(sample[0], CPU))  # warm up
    cpu, clock = took(lambda: [list(train(one, CPU)) for one in sample])
    plain = tuple(t * len(variants) / len(sample) for t in (cpu, clock))
    ended: list[object] = []
    ours = took(lambda: ended.extend(config.run(CPU)))
    assert isinstance(ended[-1], Done)
    line(f"race: 192 networks, {activation}, {ended[-1].step} updates, looked at", ours, plain)
    data = base.prepared()
    stack = Batched(variants, data, CPU)
    rows = torch.stack([batch_order(c.seed, 0, len(data.train.x)) for c in variants])[:, :64]
    rates = [c.learning_rate for c in variants]
    learners = [Learner(one, data, CPU) for one in sample]
    stack.update(rows, rates)
    together, one_by_one = [], []
    for step in range(20):
        together.append(took(lambda: stack.update(rows, rates)))
        one_by_one.append(
            took(lambda s=step: [one.update(s, rows[0], 0.003) for one in learners])  # type: ignore
        )
    scale = len(variants) / len(sample)
    plain = tuple(sorted(t[i] for t in one_by_one)[10] * scale for i in range(2))
    line("  one update of all, without looking", tuple(sorted(together)[10]), plain)  # type: ignore


def landscapes() -> None:
    base = BASE.with_("model", MODELS["mlp"].model_validate({"hidden": (8, 8)}))
    learner = Learner(base, base.prepared(), CPU)
    around = Around(learner.model, base.loss, learner.x, learner.y)
    centre = around.flat(learner.weights())
    axes = torch.randn(2, len(centre), generator=generator(0, "axes"))
    steps = torch.linspace(-1, 1, 41)

    def loop() -> None:
        with torch.no_grad():
            for b in steps:
                for a in steps:
                    around.loss(centre + a * axes[0] + b * axes[1])

    ours = took(lambda: around.plane(centre, axes, steps, steps), 3)
    line("landscape: plane of 41 x 41", ours, took(loop))
    line(
        "top eigenvalue of the Hessian",
        took(lambda: top_eigenvalue(around.loss, centre, generator(0))),
    )


def costs() -> None:
    for id, member in OPTIMIZERS.items():
        found = cost(member())
        memory = f"{found.torch_bytes:6.3f} bytes a parameter (rule {found.rule_bytes:.3f})"
        print(f"cost: {id:18s} {memory}   {found.seconds * 1e6:7.1f} us a step")


def main() -> None:
    for threads in [int(text) for text in sys.argv[1:]] or [1]:
        torch.set_num_threads(threads)
        print(f"-- {threads} thread{'s' * (threads > 1)}")
        walks()
        basins()
        race("tanh")
        race("relu")
        landscapes()
    costs()


if __name__ == "__main__":
    main()
