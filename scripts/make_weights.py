"""Trains the densities that come with the app, and notes what they reach beside the baselines.

Run: python scripts/make_weights.py [digits] [glyphs] [letters] (minutes each, on one core)
"""

import sys
import time
from math import log
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.autoregressive.density import Density
from engine.autoregressive.pictures import Part
from engine.autoregressive.unlabelled import unlabelled_bits
from engine.device import describe_device
from engine.runs.events import Done, Metrics
from engine.topics.autoregressive.classifier import accuracy, rival
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.shipped import rounded, ship
from engine.topics.autoregressive.train import train_density

CPU = torch.device("cpu")
COMMON = {"schedule": "cosine", "optimizer": "adamw", "optimizer.weight_decay": "0.3"}
LETTERS = (
    COMMON
    | {"source.data": "glyphs", "source.data.alphabet": "uppercase", "source.data.size": "16"}
    | {"source.levels": "4", "model.channels": "32", "model.layers": "7"}
    | {"learning_rate": "0.004", "batch_size": "50"}
)
MODELS = {
    "digits": COMMON
    | {"model.channels": "32", "model.layers": "6", "learning_rate": "0.004", "epochs": "60"}
    | {"patience": "60"},
    "glyphs": LETTERS | {"source.data.examples": "5000", "epochs": "20", "patience": "20"},
    "letters": LETTERS  # sees all of a letter
    | {"source.data.examples": "10000", "epochs": "16", "patience": "16"}
    | {"model.dilations": "1~2~1~4~1~2~1"},
}
BASELINES = {  # each with a rate and a patience that let it reach its own best
    "nade": {"model": "nade", "learning_rate": "0.003", "epochs": "150", "patience": "15"},
    "independent": {"model": "independent", "learning_rate": "0.03", "epochs": "60"}
    | {"patience": "10"},
}


def read(items: dict[str, str]) -> DensityConfig:
    config, problems = DensityConfig.read(items)
    if problems:
        sys.exit(" ".join(problems))
    return config


def trained(config: DensityConfig) -> Done:
    """Train to the end, telling how far it is."""
    for event in train_density(config, CPU):
        match event:
            case Metrics(step, values) if "validation_loss" in values and step % 200 == 0:
                print(f"  update {step:6,}: {values['validation_loss']:.4f} bits/dim", flush=True)
            case Done():
                return event
    sys.exit("The training did not end.")


def bits(model: torch.nn.Module, part: Part) -> float:
    with torch.no_grad():
        found = [
            -model(x.long(), y).flatten(1).mean(1) / log(2)
            for x, y in zip(part.x.split(256), part.y.split(256), strict=True)
        ]
    return torch.cat(found).mean().item()


def classified(config: DensityConfig, model: Density) -> dict[str, float | str]:
    """Accuracy by Bayes on held-out pictures, and of a CNN that was trained for it."""
    bayes, count = accuracy(model.requires_grad_(False), config.pictures())
    cnn, begun = rival(config), time.perf_counter()
    for event in cnn.run(CPU):
        if isinstance(event, Done):
            reached = event.summary
    return {
        "bayes": round(bayes, 5),
        "pictures": count,
        "cnn": round(reached["test_accuracy"], 5),
        "parameters": int(reached["parameters"]),
        "seconds": round(time.perf_counter() - begun, 1),
        "device": describe_device(CPU),
        "key": cnn.key,
    }


def make(name: str) -> None:
    """Train one model and its baselines, and write its files."""
    config, begun = read(MODELS[name]), time.perf_counter()
    print(f"{name}: {config.key}")
    done = trained(config)
    seconds = time.perf_counter() - begun
    pictures = config.pictures()
    model = config.build(pictures)
    model.load_state_dict(done.weights)
    model = rounded(model).eval()
    measured = {
        part: round(bits(model, getattr(pictures, part)), 5)
        for part in ("train", "validation", "test")
    }
    if model.classes:
        free = unlabelled_bits(model.requires_grad_(False), pictures.test.x.long())
        measured["class_open"] = round(float(free.mean()), 5)
    source = {k: v for k, v in MODELS[name].items() if k.startswith("source")}
    for baseline, items in BASELINES.items():
        print(f"{name}: {baseline}")
        measured[baseline] = round(trained(read(items | source)).summary["test_loss"], 5)
    measured = {
        "bits_per_dim": measured,
        "parameters": int(done.summary["parameters"]),
        "seconds": round(seconds, 1),
        "device": describe_device(CPU),
        "threads": torch.get_num_threads(),
        "classification": classified(config, model),
    }
    ship(name, config, model, measured)
    reached = measured["bits_per_dim"]
    test = reached["test"]
    gains = ", ".join(f"{1 - test / reached[b]:.1%} below {b}" for b in BASELINES)
    print(f"{name}: {test:.4f} bits/dim on held-out pictures, {gains}, in {seconds:.0f} s")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or list(MODELS):
        make(chosen)
