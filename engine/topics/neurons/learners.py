"""Who learns from pictures or from their features: rules, linear models, an SVM, a small CNN."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from torch import Tensor, nn
from torch.nn import functional as F

from engine.device import generator
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.nn.layers import Layers
from engine.scenes.scene import SHAPES
from engine.topics.neurons.hand_features import SETS, features, ruled

LEARNERS = (
    "rules",
    *(f"logistic:{name}" for name in SETS),
    *(f"svm:{name}" for name in SETS),
    "pixels",
    "cnn",
)
BATCH, RATE, CHANNELS = 50, 0.01, (12, 24, 48)  # of the network

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Given:
    """A training set."""

    x: Tensor  # (N, 3, H, W) in 0..1
    y: Tensor  # (N,)
    features: Floats  # (N, F)


@dataclass(frozen=True, slots=True)
class Fit:
    """Who has learned."""

    answer: Callable[[Tensor, Floats | None], NDArray[np.int64]]  # of pictures, and their features
    seconds: float  # of training
    numbers: int  # learned, or kept of the training set


def fit(id: str, train: Given, updates: int, seed: int, device: torch.device) -> Fit:
    """Teach one of `LEARNERS`; features that are not given are measured."""
    begun = time.perf_counter()
    name, _, given = id.partition(":")
    if name == "rules":
        return Fit(lambda x, f: ruled(features(x) if f is None else f), 0.0, 0)
    if name == "cnn":
        return network(train, updates, seed, device)
    if name == "pixels":
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=500))
        model.fit(train.x.flatten(1).numpy(), train.y.numpy())
        return Fit(
            lambda x, _: np.asarray(model.predict(x.flatten(1).numpy())),
            time.perf_counter() - begun,
            _numbers(model),
        )
    last = SVC(C=10) if name == "svm" else LogisticRegression(max_iter=2000)
    model, width = make_pipeline(StandardScaler(), last), SETS[given]
    model.fit(train.features[:, :width], train.y.numpy())

    def answer(x: Tensor, f: Floats | None) -> NDArray[np.int64]:
        columns = features(x, given) if f is None else f[:, :width]
        return np.asarray(model.predict(columns))

    return Fit(answer, time.perf_counter() - begun, _numbers(model))


def _numbers(model: Pipeline) -> int:
    """Weights and biases; of an SVM the support vectors, their weights and the biases."""
    last = model[-1]
    if isinstance(last, SVC):
        return int(last.support_vectors_.size + last.dual_coef_.size + last.intercept_.size)
    return int(last.coef_.size + last.intercept_.size)


def network(train: Given, updates: int, seed: int, device: torch.device) -> Fit:
    """A CNN of three blocks, with AdamW and one cycle of the learning rate."""
    begun = time.perf_counter()
    layers = Layers(
        activation=ACTIVATIONS["relu"](),
        initialiser=INITIALISERS["he_normal"](),
        normalisation="batch",
    )
    of = MODELS["cnn"].model_validate({"channels": CHANNELS})
    model = of.build(tuple(train.x.shape[1:]), len(SHAPES), layers, seed).to(device)
    mean = train.x.mean((0, 2, 3), keepdim=True)
    std = train.x.std((0, 2, 3), keepdim=True)
    x, y = ((train.x - mean) / std).to(device), train.y.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=updates)
    for rows in batches(len(y), updates, generator(seed, "neurons", "batches")):
        optimizer.zero_grad()
        F.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
        schedule.step()
    model.eval()

    def answer(pictures: Tensor, _: Floats | None) -> NDArray[np.int64]:
        with torch.no_grad():
            parts = [model(((p - mean) / std).to(device)).argmax(1) for p in pictures.split(256)]
        return torch.cat(parts).cpu().numpy()

    return Fit(answer, time.perf_counter() - begun, size_of(model))


def size_of(model: nn.Module) -> int:
    """Weights and biases."""
    return sum(parameter.numel() for parameter in model.parameters())


def batches(count: int, updates: int, draw: torch.Generator) -> Iterator[Tensor]:
    """Row numbers of one batch after the other: all rows in a new order, again and again."""
    done = 0
    while True:
        for rows in torch.randperm(count, generator=draw).split(min(BATCH, count)):
            if len(rows) < 2 <= count:  # batch normalisation needs two
                continue
            if done == updates:
                return
            done += 1
            yield rows
