"""Do series, text, pairs, boxes and graphs pass through everything that pictures pass through?

Throw-away data sets and networks, one of each kind: prepared, trained, paused and taken up again,
measured, raced as one batched program, kept and read again.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine.config import About
from engine.data import DATASETS, Data, Dataset, assert_fits, prepare
from engine.device import generator
from engine.kinds import IGNORED, PAD, START, present
from engine.models import MODELS, Model
from engine.nn.losses import LOSSES, Loss
from engine.runs.events import Checkpoint, Done, Frame, Metrics
from engine.tasks import TASKS, Task
from engine.tasks.pictures import predict
from engine.training.batched import Batched
from engine.training.config import TrainConfig
from engine.training.floor import floor
from engine.training.learner import Learner
from engine.training.loop import loop

CPU = torch.device("cpu")
N, LONG, LETTERS = 300, 6, tuple("abcd")
TOKENS = ("·", "^", *LETTERS)  # padding, start, then what is written
BASE = {"batch_size": 30, "epochs": 12, "learning_rate": 0.02}


def about(name: str) -> About:
    return About(id=name, label=name, summary=name)


def written(draw: torch.Generator, longest: int) -> torch.Tensor:
    """(N, longest) tokens of words of two letters and more, padded."""
    words = torch.randint(2, len(TOKENS), (N, longest), generator=draw)
    lengths = torch.randint(2, longest + 1, (N, 1), generator=draw)
    return words.where(torch.arange(longest) < lengths, PAD)


def members() -> list[type[Dataset]]:
    class Waves(Dataset):
        about = about("zz_waves")
        kind, task = "series", "regression"

        def load(self, seed: int) -> Data:
            draw = generator(seed, "waves")
            start = 7 * torch.rand(N, 1, generator=draw)
            wave = 40 + 3 * (start + 0.5 * torch.arange(LONG + 1)).sin()
            return Data(x=wave[:, :-1, None], y=wave[:, -1:], features=("sin",), target="next")

    class Vowel(Dataset):
        about = about("zz_vowel")
        kind = "text"

        def load(self, seed: int) -> Data:
            x = written(generator(seed, "vowel"), LONG)
            return Data(x=x, y=(x == 2).any(1).long(), classes=("no a", "an a"), tokens=TOKENS)

    class NextLetter(Dataset):
        about = about("zz_next")
        kind = "text"

        def load(self, seed: int) -> Data:
            draw = generator(seed, "next")
            start = torch.randint(2, len(TOKENS), (N, 1), generator=draw)
            x = 2 + (start + torch.arange(LONG + 1)) % len(LETTERS)  # the alphabet, over and over
            lengths = torch.randint(2, LONG + 1, (N, 1), generator=draw)
            inside = torch.arange(LONG) < lengths
            y = (x[:, 1:] - 2).where(inside, IGNORED)
            return Data(x=x[:, :-1].where(inside, PAD), y=y, classes=LETTERS, tokens=TOKENS)

    class Reversed(Dataset):
        about = about("zz_reversed")
        kind = "pairs"

        def load(self, seed: int) -> Data:
            draw = generator(seed, "reversed")
            x = torch.randint(2, len(TOKENS), (N, 3), generator=draw)
            y = x.flip(1)
            x = torch.cat([x, torch.full((N, 1), START), y[:, :-1]], 1)
            return Data(x=x, y=y - 2, classes=LETTERS, tokens=TOKENS, source=3)

    class Spot(Dataset):
        about = about("zz_spot")
        kind, task = "boxes", "zz_spot"

        def load(self, seed: int) -> Data:
            draw = generator(seed, "spot")
            x, y = torch.zeros(N, 1, 8, 8, dtype=torch.uint8), torch.full((N, 2, 5), -1.0)
            for row, (left, top) in enumerate(torch.randint(0, 6, (N, 2), generator=draw).tolist()):
                x[row, 0, top : top + 3, left : left + 3] = 255
                y[row, 0] = torch.tensor([0, left, top, left + 3, top + 3])
            return Data(x=x, y=y, classes=("square",))

    class Ring(Dataset):
        about = about("zz_ring")
        kind = "graph"

        def load(self, seed: int) -> Data:
            draw = generator(seed, "ring")
            x, y = torch.zeros(N, 5, 1 + 5), torch.arange(N) % 2
            for row in range(N):
                nodes = int(torch.randint(3, 6, (), generator=draw))
                edges = torch.eye(nodes)
                for node in range(nodes - int(y[row] == 0)):  # a ring, or a chain
                    after = (node + 1) % nodes
                    edges[node, after] = edges[after, node] = 1
                x[row, :nodes, 0] = 10 + torch.randn(nodes, generator=draw)
                x[row, :nodes, 1 : 1 + nodes] = edges
            return Data(x=x, y=y, classes=("chain", "ring"), features=("noise",))

    return [Waves, Vowel, NextLetter, Reversed, Spot, Ring]


class Reader(nn.Module):
    """Embeds tokens, or takes numbers, and reads them one by one."""

    def __init__(self, kind: str, shape: tuple[int, ...], outputs: int, last: bool) -> None:
        super().__init__()
        self.kind, self.last = kind, last
        self.first = nn.Linear(shape[-1], 16) if kind == "series" else nn.Embedding(9, 16)
        self.memory = nn.LSTM(16, 24, batch_first=True)
        self.answer = nn.Linear(24, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        every, (end, _) = self.memory(self.first(x))
        if self.kind == "pairs":
            every = every[:, 3:]
        return self.answer(end[0] if self.last else every)


class Convolved(nn.Module):
    """One layer over the graph, and a sum over its nodes."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.layer, self.answer = nn.Linear(1, 8), nn.Linear(8, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        adjacency = x[..., -x.shape[1] :]
        degree = adjacency.sum(2, keepdim=True)
        of_nodes = self.layer(degree).tanh() * present(x)[..., None]
        return self.answer(of_nodes.mean(1))


def models() -> list[type[Model]]:
    def reader(name: str, of: str, last: bool) -> type[Model]:
        class One(Model):
            about = globals()["about"](name)
            kinds = (of,)

            def build(self, shape, outputs, layers, seed):
                torch.manual_seed(seed)
                return Reader(of, shape, outputs, last)

        return One

    class Box(Model):
        about = about("zz_box")
        kinds = ("boxes",)

        def build(self, shape, outputs, layers, seed):
            torch.manual_seed(seed)
            return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 4))

    class Graphs(Model):
        about = about("zz_graphs")
        kinds = ("graph",)

        def build(self, shape, outputs, layers, seed):
            torch.manual_seed(seed)
            return Convolved(outputs)

    return [
        reader("zz_series", "series", True),
        reader("zz_text", "text", True),
        reader("zz_places", "text", False),
        reader("zz_pairs", "pairs", False),
        Box,
        Graphs,
    ]


class Edges(Loss):
    about = about("zz_edges")
    tasks = ("zz_spot",)

    def mean(self, outputs, targets):
        return F.l1_loss(outputs, targets[:, 0, 1:])


def overlap(outputs, targets):
    box = targets[:, 0, 1:]
    low, high = torch.maximum(outputs, box)[:, :2], torch.minimum(outputs, box)[:, 2:]
    shared = (high - low).clamp_min(0).prod(1)
    area = (outputs[:, 2:] - outputs[:, :2]).clamp_min(0).prod(1) + 9
    return {"iou": (shared / (area - shared)).mean()}


SPOT = Task(
    id="zz_spot",
    outputs=lambda data: 4,
    metrics=overlap,
    final=lambda outputs, targets, data: {},
    pictures=(lambda model, data, n: {"boxes": predict(model, data.validation.x[:4]).numpy()},),
)
CASES = {  # data set: (network, metric, at least)
    "zz_waves": ("zz_series", "r2", 0.9),
    "zz_vowel": ("zz_text", "accuracy", 0.9),
    "zz_next": ("zz_places", "accuracy", 0.99),
    "zz_reversed": ("zz_pairs", "accuracy", 0.6),
    "zz_spot": ("zz_box", "iou", 0.6),
    "zz_ring": ("zz_graphs", "accuracy", 0.9),
}


@pytest.fixture(autouse=True)
def dropped_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The families hold the throw-away members for the length of a test."""
    for family, new in ((DATASETS, members()), (MODELS, models()), (LOSSES, [Edges])):
        own = {member.about.id: member for member in new}
        monkeypatch.setattr(family, "_members", {**family._members, **own})
    monkeypatch.setitem(TASKS, SPOT.id, SPOT)
    yield


def config_of(data: str, **more) -> TrainConfig:
    dataset = DATASETS[data]
    loss = {"regression": "mse", "zz_spot": "zz_edges"}.get(dataset.task, "cross_entropy")
    return TrainConfig(data=data, model=CASES[data][0], loss=loss, **BASE | more)


@pytest.mark.parametrize("data", CASES)
def test_it_is_learnt_paused_and_taken_up_again(data: str) -> None:
    config = config_of(data, epochs=60 if data in ("zz_reversed", "zz_ring") else 12)
    prepared = config.prepared()
    assert prepared.train.x.dtype in (torch.int64, torch.float32)
    assert config.costs().weights > 0
    *events, done = loop(config, Learner(config, prepared, CPU))
    assert isinstance(done, Done)
    name, least = CASES[data][1:]
    assert done.summary[f"validation_{name}"] > least
    constant = floor(config, prepared)
    if constant is not None:
        assert done.summary["validation_loss"] < constant.loss
    frames = [event for event in events if isinstance(event, Frame)]
    assert all(isinstance(a, np.ndarray) for frame in frames for a in frame.arrays.values())
    half = next(e for e in reversed(events) if isinstance(e, Metrics) and e.step <= done.step // 2)
    saved = None
    for event in loop(config, Learner(config, prepared, CPU), until=half.step):
        if isinstance(event, Checkpoint):
            saved = event.save()
    *_, again = loop(config, Learner(config, prepared, CPU), start=saved)
    assert isinstance(again, Done)
    for key, value in done.weights.items():
        assert torch.equal(value, again.weights[key])


@pytest.mark.parametrize("data", ["zz_spot", "zz_ring"])  # a recurrent network is no vmap
def test_many_are_raced_as_one_program(data: str) -> None:
    configs = [config_of(data, seed=seed) for seed in range(3)]
    prepared = configs[0].prepared()
    stack, alone = Batched(configs, prepared, CPU), Learner(configs[1], prepared, CPU)
    rows = torch.arange(20)
    for step in range(5):
        losses = stack.update(rows, [0.02] * 3)
        assert float(losses[1]) == pytest.approx(float(alone.update(step, rows, 0.02)), rel=1e-4)


def test_every_kind_is_scaled_as_it_should_be() -> None:
    waves = prepare(DATASETS["zz_waves"](), 0)
    assert float(waves.train.x.mean()) == pytest.approx(0, abs=1e-5)
    assert float(waves.train.y.std(correction=0)) == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(waves.scale(waves.data.x[waves.test.index]), waves.test.x)
    text = prepare(DATASETS["zz_vowel"](), 0)
    assert torch.equal(text.train.x, text.data.x[text.train.index])
    assert torch.equal(text.unscale(text.train.x), text.train.x)
    ring = prepare(DATASETS["zz_ring"](), 0)
    there, raw = present(ring.train.x), ring.data.x[ring.train.index]
    assert torch.equal(there, present(raw))
    assert torch.equal(ring.train.x[..., 1:], raw[..., 1:]), "the adjacency stays"
    assert float(ring.train.x[..., 0][there].mean()) == pytest.approx(0, abs=1e-5)
    assert not ring.train.x[..., 0][~there].any()
    torch.testing.assert_close(ring.unscale(ring.train.x), raw, atol=1e-4, rtol=0)


def test_noise_turns_the_share_of_places_that_are_there() -> None:
    clean, noisy = (prepare(DATASETS["zz_next"](), 0, label_noise=n).train.y for n in (0.0, 0.25))
    assert torch.equal(clean == IGNORED, noisy == IGNORED)
    counted = clean != IGNORED
    assert float((clean != noisy)[counted].float().mean()) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "l1"])
def test_places_that_are_none_count_nowhere(loss: str) -> None:
    draw = generator(0, "places")
    outputs, targets = torch.randn(4, 3, 5, generator=draw), torch.randint(0, 5, (4, 3))
    targets[2:, 1:] = IGNORED
    there = targets != IGNORED
    alone = LOSSES[loss]().mean(outputs[there], targets[there])
    torch.testing.assert_close(LOSSES[loss]().over(outputs, targets), alone)
    accuracy = TASKS["classification"].metrics
    assert accuracy(outputs, targets) == accuracy(outputs[there], targets[there])


@pytest.mark.parametrize(
    ("data", "broken", "why"),
    [
        ("zz_vowel", lambda d: replace(d, x=d.x.flip(1)), "padding stands before a token"),
        ("zz_vowel", lambda d: replace(d, x=d.x + 1), "beyond the 6"),
        ("zz_vowel", lambda d: replace(d, x=d.x.float()), "of type"),
        ("zz_vowel", lambda d: replace(d, y=d.y + 1), "a class beyond"),
        ("zz_waves", lambda d: replace(d, x=d.x[:, :, 0]), "2 dimensions, not 3"),
        ("zz_reversed", lambda d: replace(d, source=2), "another length"),
        ("zz_spot", lambda d: replace(d, y=d.y + 6), "leaves its picture"),
        ("zz_spot", lambda d: replace(d, y=d.y[:, :, [0, 3, 4, 1, 2]]), "empty"),
        ("zz_ring", lambda d: replace(d, x=d.x * (1 - torch.eye(5, 6).roll(1, 1))), "not there"),
    ],
)
def test_what_does_not_fit_its_kind_is_refused(data: str, broken, why: str) -> None:
    good = DATASETS[data]().load(0)
    assert_fits(good, DATASETS[data].kind)
    with pytest.raises(ValueError, match=why):
        assert_fits(broken(good), DATASETS[data].kind)
