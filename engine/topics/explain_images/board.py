"""Is an explanation right? Every method against every score, on pictures whose evidence is known.

Beside each method stand three floors: a random map, an edge detector, and the same method on the
network before it learned anything.
"""

import copy
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from engine.config import knob
from engine.explain.maps.reference_maps import REFERENCE_MAPS
from engine.explain.methods import METHODS, MethodIds
from engine.explain.networks.untrained import layers_with_weights, redrawn
from engine.explain.scores import SCORES, Case, Score
from engine.networks.classifiers import classifier
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.topics.explain_images.pictures.scenes import Drawn, Pictures, draw

Name = Annotated[str, Field(max_length=40)]
BATCH = 16  # pictures explained together
SCORING = 44  # passes that scores are worth: 37 of two curves and of squares, and sorting pixels
FIRST = (  # the methods of a bare link, for ever: one that joins later is asked for by its name
    "cam",
    "deconvolution",
    "deep_lift",
    "feature_ablation",
    "grad_cam",
    "grad_cam_pp",
    "gradient_shap",
    "guided_backprop",
    "guided_grad_cam",
    "input_x_gradient",
    "integrated_gradients",
    "kernel_shap",
    "layer_cam",
    "lime",
    "lrp",
    "occlusion",
    "saliency",
    "score_cam",
    "smooth_grad",
)
NOISY = 3  # maps anew for sensitivity
UNTRAINED = "untrained:"  # before a score's name: on the network before it learned


@work
class Board(Work):
    """All methods on the same pictures of one network."""

    kind: ClassVar[str] = "explanation_scores"
    hashed: ClassVar[str] = "Board"

    network: Name = knob("shapes_cnn", "Network", max_length=40)
    methods: MethodIds = knob(FIRST, "Methods", "Scored on the same pictures.", max_length=40)
    pictures: Pictures = knob(
        "pairs",
        "Pictures",
        "Two objects of one colour, of which one is asked for; or one object alone.",
        options={"pairs": "two objects", "single": "one object"},
    )
    count: int = knob(
        200,
        "Pictures scored",
        "More pictures, narrower intervals.",
        ge=12,
        le=1000,
        unit="pictures",
    )
    probes: int = knob(
        24,
        "Pictures for sensitivity",
        "Sensitivity explains every picture several times anew: on the first so many.",
        ge=0,
        le=200,
        unit="pictures",
        more=True,
    )
    tolerance: float = knob(
        15 / 224,
        "Tolerance",
        "Of the pointing game, as a share of the side; published: 15 of 224 pixels.",
        ge=0,
        le=0.2,
        step=0.005,
        more=True,
    )
    seed: int = knob(0, "Seed", "Draws pictures and maps.", ge=0, le=2**31 - 1, more=True)

    @property
    def entries(self) -> list[str]:
        """Floors, then methods."""
        return [*REFERENCE_MAPS, *self.methods]

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return board(self, device, start, until)


def explain(name: str, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
    """(B, H, W) the map of a method or of a floor, channels summed."""
    if name in REFERENCE_MAPS:
        return REFERENCE_MAPS[name](model, x, target, seed).sum(1)
    return METHODS[name]().attribute(model, x, target, seed).sum(1)


def scorers(config: Board) -> dict[str, Score]:
    """Every score by its id, with the knobs that the board has of it."""
    given = {"pointing_game": {"tolerance": config.tolerance}}
    return {id: member(**given.get(id, {})) for id, member in SCORES.items()}


def score(
    config: Board, name: str, model: nn.Module, blind: nn.Module, part: Drawn, probes: int = 0
) -> State:
    """What one method reaches on some pictures.

    Args:
        config: which scores' knobs, and the seed.
        name: of a method or of a floor.
        model: the trained network.
        blind: the same before it learned.
        part: n pictures.
        probes: on how many of them, the first, to take the scores that explain anew.

    Returns:
        By name, (n,): `seconds` a picture; each score that asks for no further explanation, and
        (probes,) those that do; `untrained:<score>` of a method on `blind`, where the score
        compares with the mask. And `curve:<score>`, (n, S + 1).
    """
    begun = time.perf_counter()
    maps = explain(name, model, part.x, part.target, config.seed)
    found = {"seconds": torch.full((len(maps),), (time.perf_counter() - begun) / len(maps))}
    case = case_of(config, name, model, part, maps)
    for scorer in scorers(config).values():
        if scorer.asks != "explainer":
            found |= scorer.measure(case)
        elif probes > 0:
            few = part.rows(0, probes, part.x.device)
            found |= scorer.measure(case_of(config, name, model, few, maps[:probes]))
    if name in METHODS:
        maps = explain(name, blind, part.x, part.target, config.seed)
        case = case_of(config, name, blind, part, maps)
        for id, scorer in scorers(config).items():
            if scorer.asks == "mask":
                found[UNTRAINED + id] = scorer.of(case)
    return {key: value.detach().float().cpu() for key, value in found.items()}


def case_of(config: Board, name: str, model: nn.Module, part: Drawn, maps: Tensor) -> Case:
    """What the scores of a method's maps need to know."""
    return Case(
        maps=maps,
        masks=part.masks,
        model=model,
        x=part.x,
        target=part.target,
        explain=lambda x, target: explain(name, model, x, target, config.seed),
        seed=config.seed,
    )


def board(
    config: Board, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Score every method on every picture, a batch at a time.

    Yields:
        Started (facts: pictures, and the share of those drawn that the network understands). After
        each batch Metrics `scored:<method>`, pictures done, and a Checkpoint; when a method is
        done, also `<score>:<method>`, its means, and a Frame with `<method>/<score>` (N,) and
        `<method>/curve:<score>` (S + 1,) means. Done, with the means, or Paused. Steps are passes
        through the network, about.

    Raises:
        ValueError: the network is not here or did not learn shapes, or a method cannot explain it.
    """
    of = classifier(config.network)
    drawn = draw(of, config.pictures, config.count, config.seed)
    model = copy.deepcopy(of.model).to(device)
    layers = of.config.layers if of.config else None
    blind = redrawn(model, layers_with_weights(model), config.seed, layers).to(device)
    batches = [(at, min(at + BATCH, len(drawn.x))) for at in range(0, len(drawn.x), BATCH)]
    passes = {
        name: METHODS[name]().passes(model, drawn.x[:1].to(device)) if name in METHODS else 0
        for name in config.entries
    }
    cheapest = sorted(config.entries, key=passes.__getitem__)
    plan = [(name, low, high) for name in cheapest for low, high in batches]
    ends = np.cumsum(
        [work_of(passes[name], high - low, config.probes - low) for name, low, high in plan]
    ).tolist()
    if start is not None and start["progress"][2:].tolist() != ends[-1:]:
        start = None  # of another plan
    steps = Steps(start, until)
    # "<method>/<score>" to what is measured so far
    results = {key: value for key, value in (start or {}).items() if key != "progress"}
    yield steps.begin(ends[-1], {"pictures": len(drawn.x), "kept": drawn.kept})
    summary: dict[str, float] = {}
    for (name, low, high), end in zip(plan, ends, strict=True):
        done = high == len(drawn.x)
        if end > steps.done:
            if steps.done >= steps.end:
                yield steps.finish({})
                return
            part = drawn.rows(low, high, device)
            found = score(config, name, model, blind, part, config.probes - low)
            for key, value in found.items():
                known = [results[f"{name}/{key}"]] if f"{name}/{key}" in results else []
                results[f"{name}/{key}"] = torch.cat([*known, value])
            steps.done = end
            scored = {f"scored:{name}": float(high)}
            yield Metrics(end, scored | (means(results, name) if done else {}))
            if done:
                yield Frame(end, frame(results, name))
            yield steps.checkpoint(results.copy)
        if done:
            summary |= means(results, name)
    yield steps.finish(summary)


def work_of(passes: int, count: int, probes: int) -> int:
    """About how many passes through the network some pictures of one method take: their scores,
    and their maps on the trained network, on the untrained one and for sensitivity.

    Args:
        passes: of one map.
        count: of pictures.
        probes: how many of them, the first, are explained anew; what is not in 0..count is cut.
    """
    return count * (SCORING + 2 * passes) + NOISY * passes * min(count, max(0, probes))


def means(results: State, name: str) -> dict[str, float]:
    """`<score>:<method>`, the mean of what is finite."""
    return {
        f"{key.split('/')[1]}:{name}": float(value[value.isfinite()].mean())
        for key, value in results.items()
        if key.startswith(f"{name}/") and value.ndim == 1 and value.isfinite().any()
    }


def frame(results: State, name: str) -> dict[str, NDArray[np.generic]]:
    """What the page draws of one method."""
    return {
        key: (value if value.ndim == 1 else value.mean(0)).numpy()
        for key, value in results.items()
        if key.startswith(f"{name}/")
    }
