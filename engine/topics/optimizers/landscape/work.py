"""What does the loss look like around the path that training took?"""

import time
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from engine.config import knob
from engine.data import DATASETS
from engine.device import generator
from engine.models import MODELS
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Started, State
from engine.runs.work import Work, work
from engine.topics.optimizers.landscape.around import Around
from engine.topics.optimizers.landscape.directions import filter_normalised, plane_of
from engine.topics.optimizers.landscape.sharpness import top_eigenvalue
from engine.training.config import TrainConfig
from engine.training.learner import Learner
from engine.training.loop import Plan
from engine.training.train import train

POINTS = 100  # of the path that are kept, about
EXAMPLES = 1000  # of the training part that losses are averaged over
MARGIN = 0.35  # of the plane around the path, in its extent
LINES = 3  # random directions


@work
class Landscape(Work):
    """Train a small network, then look around it."""

    kind: ClassVar[str] = "landscape"
    hashed: ClassVar[str] = "Landscape"
    revision: int = Field(2, ge=1)  # 1: by power iteration, which may have run out unsaid

    base: TrainConfig = TrainConfig(
        data=DATASETS["moons"](), model=MODELS["mlp"].model_validate({"hidden": (8, 8)}), epochs=60
    )
    side: int = knob(41, "Grid", "Points along each side of the plane.", ge=11, le=121, step=2)
    reach: float = knob(
        1.0, "Reach", "How far a random line goes, in lengths of the weights.", ge=0.1, le=5
    )
    direction_seed: int = knob(
        0, "Direction seed", "Draws the random directions.", ge=0, le=2**31 - 1, more=True
    )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return landscape(self, device)


def landscape(config: Landscape, device: torch.device) -> Iterator[Event]:
    """Train, and draw where that went.

    Yields:
        Started and the training's Metrics; Diverged where it does. Else a Frame at the last step:
        `path` (T, 2) coordinates in the plane, `path_steps` (T,), `path_losses` (T,);
        `plane` (side, side) training losses, rows from the lowest `plane_y` (side,), columns
        `plane_x` (side,), distances in weight space from the end; `line_t` (2 side − 1,) and
        `line_train`, `line_validation` (3, 2 side − 1) along random filter-normalised directions,
        `line_sharpest` (2 side − 1,) along the top eigenvector, as far in weight space as those.
        Done with `top_eigenvalue`, `residual`, `products`, `found` (1, or 0 where they ran out),
        `stable_rate` (2 / λ), `share` of the path that lies in the plane, `seconds`, and the
        training's own summary.
    """
    begun = time.perf_counter()
    base = config.base
    learner = Learner(
        base, base.prepared(), device
    )  # its weights are those that training starts at
    every = max(1, Plan.of(base, len(learner.x)).steps // POINTS)
    states: list[tuple[int, State]] = [(0, learner.weights())]
    done: Done | None = None
    for event in train(base, device):
        match event:
            case Started() | Metrics():
                yield event
            case Checkpoint(step=step) if step - states[-1][0] >= every:
                saved = event.save()
                names = states[0][1]
                states.append((step, {name: saved[f"model/{name}"] for name in names}))
            case Done():
                done = event
            case Checkpoint() | Frame():
                pass
            case _:
                yield event
    if done is None:
        return
    states = [(step, state) for step, state in states if step < done.step]
    states.append((done.step, done.weights))
    learner.model.load_state_dict(done.weights)
    data = learner.data
    train_part = Around(learner.model, base.loss, learner.x[:EXAMPLES], learner.y[:EXAMPLES])
    held = Around(
        learner.model,
        base.loss,
        data.validation.x[:EXAMPLES].to(device),
        data.validation.y[:EXAMPLES].to(device),
    )
    path = torch.stack([train_part.flat(state) for _, state in states])  # (T, P)
    plane = plane_of(path)
    arrays = {
        "path": plane.path,
        "path_steps": torch.tensor([step for step, _ in states]),
        "path_losses": train_part.losses(path),
    }
    sides = []
    for axis, name in enumerate(("plane_x", "plane_y")):
        low, high = plane.path[:, axis].aminmax()
        # Both axes at least a fifth as long as the path, so that a straight one is seen too.
        reach = max(float(high - low) * MARGIN, 0.2 * float(plane.path[0].norm()))
        arrays[name] = torch.linspace(float(low) - reach, float(high) + reach, config.side)
        sides.append(arrays[name].to(path))
    arrays["plane"] = train_part.plane(plane.centre, plane.axes, *sides)
    named = {name: value for name, value in train_part.named(plane.centre).items()}
    directions = torch.stack(
        [
            train_part.flat(
                filter_normalised(cpu(named), generator(config.direction_seed, "line", i))
            )
            for i in range(LINES)
        ]
    )
    t = torch.linspace(-config.reach, config.reach, 2 * config.side - 1).to(path)
    arrays["line_t"] = t
    arrays["line_train"] = torch.stack([train_part.line(plane.centre, d, t) for d in directions])
    arrays["line_validation"] = torch.stack([held.line(plane.centre, d, t) for d in directions])
    top = top_eigenvalue(train_part.loss, plane.centre, generator(config.direction_seed, "power"))
    length = directions.norm(dim=1).mean()
    arrays["line_sharpest"] = train_part.line(plane.centre, top.vector * length, t)
    yield Frame(done.step, {name: numpy(value) for name, value in arrays.items()})
    yield Done(
        done.step,
        done.summary
        | {
            "top_eigenvalue": top.value,
            "residual": top.residual,
            "products": float(top.products),
            "found": float(top.found),
            "stable_rate": 2 / top.value if not top.value <= 0 else float("inf"),
            "share": plane.share,
            "seconds": time.perf_counter() - begun,
        },
        done.weights,
    )


def cpu(state: State) -> State:
    return {name: value.cpu() for name, value in state.items()}


def numpy(value: Tensor) -> np.ndarray:
    found = value.detach().cpu().numpy()
    return found.astype(np.float32) if found.dtype.kind == "f" else found
