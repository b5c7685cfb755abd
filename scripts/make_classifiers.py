"""Trains the image classifiers that come with the app, and notes how often they are right.

Run: python scripts/make_classifiers.py [shapes_cnn] [shapes_resnet] [digits] [glyphs]
"""

import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.device import describe_device
from engine.networks.classifiers import accuracy, build, ship
from engine.runs.events import Done, Metrics
from engine.training.config import TrainConfig
from engine.training.train import train

CPU = torch.device("cpu")
HELD_OUT = 1200  # pictures that the noted accuracy is measured on, at most
# Normalised ReLU layers under a global average and one matrix: class activation maps exist.
COMMON = {
    "layers.activation": "relu",
    "layers.initialiser": "he_normal",
    "layers.normalisation": "batch",
    "optimizer": "adamw",
    "learning_rate": "0.004",
    "schedule": "one_cycle",
    "batch_size": "50",
}
SHAPES = COMMON | {"data": "shapes", "data.size": "64", "data.examples": "8000", "epochs": "10"}
NETWORKS = {
    "shapes_cnn": SHAPES | {"model": "cnn", "model.channels": "16~32~64~96"},
    "shapes_resnet": SHAPES
    | {"model": "resnet", "model.channels": "16~32~64", "data.size": "32"}
    | {"data.examples": "5000", "epochs": "12"},
    "digits": COMMON
    | {"data": "digits", "model": "cnn", "model.channels": "32~64", "epochs": "30"},
    "glyphs": COMMON
    | {"data": "glyphs", "data.alphabet": "uppercase", "data.size": "28", "epochs": "8"}
    | {"model": "cnn", "model.channels": "16~32~64"},
}


def make(name: str) -> None:
    """Train one network and write its files."""
    config, problems = TrainConfig.read(NETWORKS[name])
    if problems:
        sys.exit(" ".join(problems))
    print(f"{name}: {config.key}")
    begun, done = time.perf_counter(), None
    for event in train(config, CPU):
        match event:
            case Metrics(step, values) if "validation_accuracy" in values:
                print(f"  update {step:5,}: {values['validation_accuracy']:.2%}", flush=True)
            case Done():
                done = event
    if done is None:
        sys.exit("The training did not end.")
    data = config.prepared()
    measured = {
        "seconds": round(time.perf_counter() - begun, 1),
        "device": describe_device(CPU),
        "parameters": int(done.summary["parameters"]),
    }
    half = {k: v.half().float() if v.is_floating_point() else v for k, v in done.weights.items()}
    trained = build(name, config, data.classes, data.mean, data.std, half, measured)
    measured["accuracy"] = round(accuracy(trained, trained.examples(HELD_OUT)), 5)
    ship(trained)
    print(f"{name}: {measured['accuracy']:.2%} of held-out pictures in {measured['seconds']:.0f} s")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or list(NETWORKS):
        make(chosen)
