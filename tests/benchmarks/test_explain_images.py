"""How fast are images explained and scored? Ratios of runs made side by side in this process."""

import copy
import statistics
import time
from collections.abc import Callable

import pytest
import torch

from engine.explain.board import Board, score
from engine.explain.classifiers import classifier
from engine.explain.methods import METHODS
from engine.explain.scenes import draw
from engine.explain.untrained import layers_with_weights, redrawn

pytestmark = pytest.mark.bench
CPU = torch.device("cpu")
COUNT = 16
# Methods of one pass; those of many passes batch them themselves, also for a single picture.
SAMPLED = ("gradient_shap", "smooth_grad", "score_cam")
QUICK = [
    id
    for id, m in METHODS.items()
    if m().pictures == 1 and m.group != "perturbation" and id not in SAMPLED
]


@pytest.fixture(autouse=True)
def one_core():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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
    print(f"\nall methods of one pass: {alone / together:.1f} times as fast in batches of {COUNT}")
    assert alone / together > 2


def test_how_much_of_that_is_left_of_the_whole_scoreboard():
    """Deletion and insertion are passes through the network too, which a core is busy with at any
    size of batch: this prints what remains, and asserts that it is a gain."""
    config = Board(probes=0)
    of = classifier("shapes_cnn")
    drawn = draw(of, "pairs", COUNT, 0)
    model = copy.deepcopy(of.model)
    blind = redrawn(model, layers_with_weights(model), 0)
    singles = [drawn.rows(i, i + 1, CPU) for i in range(COUNT)]
    score(config, "grad_cam", model, blind, singles[0])
    batched = seconds(lambda: score(config, "grad_cam", model, blind, drawn))
    single = seconds(lambda: [score(config, "grad_cam", model, blind, one) for one in singles])
    print(f"\nGrad-CAM with all its scores: {single / batched:.1f} times as fast in batches")
    assert single > batched


def test_grad_cam_of_one_picture_is_made_while_a_slider_moves():
    of = classifier("shapes_cnn")
    x, target = of.examples(1).x, of.examples(1).y
    method = METHODS["grad_cam"]()
    method.attribute(of.model, x, target)
    taken = statistics.median(
        seconds(lambda: method.attribute(of.model, x, target)) for _ in range(30)
    )
    print(f"\nGrad-CAM of one 64x64 picture: {1e3 * taken:.1f} ms of one core (at most 50)")
    assert taken < 0.05
