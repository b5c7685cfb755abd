"""From every start of a grid, which minimum does each optimizer reach, and in how many steps?"""

import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.config import Config, knob
from engine.runs.events import Done, Event, Frame, Metrics, Started, State
from engine.runs.work import Work, work
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.entrants import Entrants
from engine.topics.optimizers.walks.settle import DIVERGED, NOWHERE, chunks, settle
from engine.topics.optimizers.walks.walk import noise_of


class Goal(Config):
    """What a map of many walks asks for, whatever its axes are."""

    surface: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["himmelblau"](), "Surface", "What is made smaller."
    )
    steps: int = knob(500, "Steps", "Most updates of each walk.", ge=1, le=5000, log=True)
    tolerance: float = knob(
        0.05,
        "Tolerance",
        "Distance to a minimum that counts as reached.",
        ge=0.001,
        le=0.5,
        log=True,
        more=True,
    )
    seed: int = knob(
        0, "Seed", "Draws the noise of a noisy surface.", ge=0, le=2**31 - 1, more=True
    )


@work
class Basins(Entrants, Goal, Work):
    """All starts of the grid, one optimizer after the other."""

    kind: ClassVar[str] = "basins"
    hashed: ClassVar[str] = "Basins"

    side: int = knob(200, "Grid", "Starts along each axis.", ge=5, le=500)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return basins(self, device)


def basins(config: Basins, device: torch.device | None = None) -> Iterator[Event]:
    """Both maps of one optimizer after the other, in float32, in bounded memory.

    Yields:
        Started; Metrics `share` of all work done, every few thousand starts; and for each
        optimizer one Frame and one Metrics at the number of optimizers done:
        `minimum/<id>` (side, side) int16, number of the minimum, -1 none, -2 diverged,
        `steps/<id>` (side, side) int32, rows from the lowest x2;
        `reached/<id>` and `diverged/<id>`, shares of the starts, `median_steps/<id>` of those
        that reached one, `seconds/<id>`. Then Done.
    """
    surface, side = config.surface, config.side
    starts = grid(surface, side).to(device)
    noise = noise_of(surface, config.seed, config.steps)
    noise = None if noise is None else noise.to(device)
    parts = list(chunks(starts.shape[1]))
    begun = time.perf_counter()
    facts: dict[str, str | int | float] = {"starts": starts.shape[1]}
    facts |= {f"rate/{id}": config.rate(id, surface) for id in config.optimizers}
    yield Started(len(config.optimizers), facts)
    summary: dict[str, float] = {}
    for done, id in enumerate(config.optimizers):
        clock, found = time.perf_counter(), []
        for number, part in enumerate(parts, 1):
            found.append(
                settle(
                    surface,
                    config.rule(id),
                    starts[:, part].contiguous(),
                    config.rate(id, surface),
                    steps=config.steps,
                    tolerance=config.tolerance,
                    noise=noise,
                )
            )
            if number < len(parts):
                share = (done + number / len(parts)) / len(config.optimizers)
                yield Metrics(done, {"share": share})
        minimum, steps = (np.concatenate(pieces) for pieces in zip(*found, strict=True))
        values = shares(minimum, steps, id) | {f"seconds/{id}": time.perf_counter() - clock}
        summary |= values
        yield Frame(
            done + 1,
            {
                f"minimum/{id}": minimum.reshape(side, side),
                f"steps/{id}": steps.reshape(side, side),
            },
        )
        yield Metrics(done + 1, values | {"share": (done + 1) / len(config.optimizers)})
    summary["seconds"] = time.perf_counter() - begun
    yield Done(len(config.optimizers), summary, {})


def axes(surface: Surface, side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The starts' x1 and x2, (side,) each, the borders of the extent included."""
    (a, b), (c, d) = surface.extent
    return np.linspace(a, b, side, dtype=np.float32), np.linspace(c, d, side, dtype=np.float32)


def grid(surface: Surface, side: int) -> Tensor:
    """(2, side²) starts, row by row from the lowest x2."""
    x1, x2 = (torch.from_numpy(axis) for axis in axes(surface, side))
    return torch.stack(torch.meshgrid(x1, x2, indexing="xy")).reshape(2, -1)


def shares(minimum: NDArray[np.int16], steps: NDArray[np.int32], name: str) -> dict[str, float]:
    """What a map says in three numbers; no median where nobody arrived."""
    reached = minimum > NOWHERE
    values = {
        f"reached/{name}": float(reached.mean()),
        f"diverged/{name}": float((minimum == DIVERGED).mean()),
    }
    if reached.any():
        values[f"median_steps/{name}"] = float(np.median(steps[reached]))
    return values
