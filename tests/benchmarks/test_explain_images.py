"""How fast are images explained and scored? Ratios of runs made side by side in this process."""

import copy
import time
from collections.abc import Callable

import pytest
import torch

from engine.explain.methods import METHODS
from engine.explain.networks import at_once
from engine.explain.networks.untrained import layers_with_weights, redrawn
from engine.networks.classifiers import classifier
from engine.topics.explain_images.board import Board, score
from engine.topics.explain_images.pictures.scenes import draw
from tests.benchmarks.table import PRODUCT, note, product

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]
CPU = torch.device("cpu")
COUNT = 16
PROBES = 2  # pictures that sensitivity is measured on: about the share of the real board
# Methods of one pass; those of many passes batch them themselves, also for a single picture.
SAMPLED = ("gradient_shap", "smooth_grad", "score_cam")
QUICK = [
    id
    for id, m in METHODS.items()
    if m().pictures == 1 and m.group != "perturbation" and id not in SAMPLED
]


def seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def test_explanations_are_faster_in_batches_than_one_picture_at_a_time():
    of = classifier("shapes_cnn")
    examples = of.examples(COUNT)
    x, target = examples.x[:COUNT], examples.y[:COUNT]
    together = alone = 0.0
    for name in QUICK:
        explain = METHODS[name]().attribute
        explain(of.model, x[:2], target[:2])
        batched = seconds(lambda explain=explain: explain(of.model, x, target))
        single = seconds(
            lambda explain=explain: [
                explain(of.model, x[i : i + 1], target[i : i + 1]) for i in range(COUNT)
            ]
        )
        print(f"\n{name}: {single / batched:.1f} times as fast", end="")
        together, alone = together + batched, alone + single
    note(f"all methods of one pass, {COUNT} pictures", [together], "one by one", [alone], 1 / 2)


def test_a_scoreboard_is_faster_in_batches_than_one_picture_at_a_time(monkeypatch):
    """All methods and floors with all their scores, against two kinds of one at a time.

    A network that sees one picture at a time is what batches are compared with. Called with one
    picture at a time, methods of many passes still batch those passes: most of a scoreboard's
    time, and no faster among other pictures.
    """
    config = Board()
    of = classifier("shapes_cnn")
    drawn = draw(of, "pairs", COUNT, 0)
    model = copy.deepcopy(of.model)
    blind = redrawn(model, layers_with_weights(model), 0)
    singles = [drawn.rows(i, i + 1, CPU) for i in range(COUNT)]
    batched, alone, passes = [], [], []
    for name in config.entries:
        score(config, name, model, blind, singles[0], 1)

        def one_by_one(name: str = name) -> None:
            for at, one in enumerate(singles):
                score(config, name, model, blind, one, PROBES - at)

        batched.append(seconds(lambda name=name: score(config, name, model, blind, drawn, PROBES)))
        alone.append(seconds(one_by_one))
        with monkeypatch.context() as patched:
            patched.setattr(at_once, "VALUES", 0)
            for id in ("occlusion", "feature_ablation"):
                patched.setattr(METHODS[id], "pictures", 1)
            passes.append(seconds(one_by_one))
        print(
            f"\n{name}: {alone[-1] / batched[-1]:.2f} times as fast in a batch as alone, "
            f"{passes[-1] / batched[-1]:.2f} as one pass at a time",
            end="",
        )
    what, whole = f"the whole board, {COUNT} pictures", [sum(batched)]
    note(what, whole, "one picture at a time in the network", [sum(passes)], 1 / 2)
    note(what, whole, "one picture at a time explained", [sum(alone)], 1 / 1.3)


def test_grad_cam_of_one_picture_is_made_while_a_slider_moves():
    of = classifier("shapes_cnn")
    x, target = of.examples(1).x, of.examples(1).y
    method = METHODS["grad_cam"]()
    method.attribute(of.model, x, target)
    taken = [seconds(lambda: method.attribute(of.model, x, target)) for _ in range(30)]
    note("Grad-CAM of one 64x64 picture", taken, PRODUCT, product(), 1)
