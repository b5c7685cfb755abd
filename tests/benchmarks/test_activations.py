"""How fast is the activations page's engine? Ratios of runs made side by side in this process."""

import time
from collections.abc import Callable

import pytest
import torch

from engine.nn.activations import ACTIVATIONS
from engine.topics.activations.counting_squares import CountingSquares
from engine.topics.activations.deep_linear import DeepLinearConfig, deep_linear
from engine.topics.activations.gallery import GalleryConfig, curves
from engine.topics.activations.neuron import NeuronConfig, neuron
from engine.topics.activations.signal import SignalConfig, signal
from engine.topics.activations.signal_map import signal_map
from engine.topics.activations.softmax import SoftmaxConfig, softmax
from engine.topics.activations.square_images import images
from engine.topics.activations.which_learns import EIGHT, which_learns
from engine.training.batched_mixed import stack_for
from engine.training.config import TrainConfig
from engine.training.loop import Plan, batch_order
from engine.training.train import train
from tests.benchmarks.table import PRODUCT, note, product

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("one_core")]
CPU = torch.device("cpu")
STEPS = 600
SQUARES = tuple(id for id in EIGHT if id != "prelu")


def seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def several(work: Callable[[], object], rounds: int = 9) -> list[float]:
    work()
    return [seconds(work) for _ in range(rounds)]


LARGEST = SignalConfig(depth=50, width=256, batch=256, activation="relu", initialiser="he_normal")


@pytest.mark.parametrize(
    ("name", "work", "goal"),
    [
        ("gallery of all", lambda: curves(GalleryConfig(shown=tuple(ACTIVATIONS))), 2),
        ("softmax", lambda: softmax(SoftmaxConfig()), 2),
        ("one neuron", lambda: neuron(NeuronConfig()), 2),
        ("deep linear", lambda: deep_linear(DeepLinearConfig()), 2),
        ("map of all pairs", lambda: signal_map(SignalConfig()), 40),
    ],
)
def test_a_picture_is_computed_while_a_slider_moves(name, work, goal):
    note(f"activations: {name}", several(work), PRODUCT, product(), goal)


@pytest.mark.parametrize("config", [SignalConfig(), LARGEST], ids=["as it opens", "largest"])
def test_a_signal_costs_little_more_than_its_network(config):
    """All of its statistics, the theory and the gradients, beside one pass there and back."""
    layers = [torch.nn.Linear(config.width, config.width) for _ in range(config.depth)]

    def there_and_back() -> None:
        h = torch.randn(config.batch, config.width)
        for layer in layers:
            h = torch.relu(layer(h))
        h.square().sum().backward()

    what = f"signal through {config.depth} layers of {config.width}, batch {config.batch}"
    plain = "plain torch, there and back"
    note(what, several(lambda: signal(config)), plain, several(there_and_back), 4)


@pytest.mark.parametrize("seeds", [1, 8])
def test_eight_activations_train_together(seeds):
    """Updates and evaluations alone, on the schedule of `train`, beside `train` one by one."""
    configs = which_learns(seeds=seeds, base=TrainConfig(epochs=30)).variants()
    data = configs[0].prepared()
    plan = Plan.of(configs[0], len(data.train.x))

    def together() -> None:
        stack = stack_for(configs, data, CPU)
        for step in range(plan.steps):
            if step % plan.per_epoch == 0:
                order = torch.stack(
                    [
                        batch_order(c.seed, step // plan.per_epoch, len(data.train.x))
                        for c in configs
                    ]
                )
            first = step % plan.per_epoch * 32
            stack.update(order[:, first : first + 32], [c.learning_rate for c in configs])
            if (step + 1) % plan.evaluate == 0:
                stack.evaluate(plan.examples)
            if (step + 1) % plan.frame == 0:
                stack.surfaces()

    def one_by_one() -> None:
        for config in configs:
            for _ in train(config, CPU):
                pass

    together()
    what = f"8 activations x {seeds} seeds, trained together"
    goal = 1 / (5 if seeds == 8 else 1.2)
    note(what, [seconds(together)], "one by one", [seconds(one_by_one)], goal)


@pytest.mark.parametrize("seeds", [1, 8])
def test_eight_activations_count_squares_together(seeds):
    config = CountingSquares(activations=SQUARES, seeds=seeds, steps=STEPS)

    def run(config: CountingSquares) -> None:
        for _ in config.run(CPU):
            pass

    def one_by_one() -> None:
        for name in SQUARES:
            for seed in range(seeds):
                run(CountingSquares(activations=(name,), seeds=1, seed=seed, steps=STEPS))

    run(config)
    what, ours = f"8 activations x {seeds} seeds count squares", [seconds(lambda: run(config))]
    plain = seconds(lambda: plain_torch(config)) * len(SQUARES) * seeds
    note(what, ours, "our own runs one by one", [seconds(one_by_one)], 1)
    note(what, ours, "plain torch modules one by one", [plain], 1 / (5 if seeds > 1 else 3))


def plain_torch(config: CountingSquares) -> None:
    """One network as a course writes it: a convolution, an activation, a sum, a linear layer."""
    data = images(config.images)
    convolution = torch.nn.Conv2d(1, 2, 5, padding=2)
    readout = torch.nn.Linear(2, 1)
    parameters = [*convolution.parameters(), *readout.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=config.learning_rate)
    draw = torch.Generator().manual_seed(0)
    for _ in range(config.steps):
        rows = torch.randint(len(data.x), (config.batch_size,), generator=draw)
        maps = torch.relu(convolution(data.x[rows][:, None]))
        loss = (readout(maps.sum((2, 3))).squeeze(1) - data.squares[rows]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
