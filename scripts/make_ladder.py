"""Trains the rungs of the autoregressive ladder on binarised MNIST, and prints their table.

Run: BLINDSPOT_DATA=folder python scripts/make_ladder.py [name …] (minutes to hours each, on a core)
It asks for no network. Interrupted, a rung goes on from its last checkpoint in runs/ladder.
"""

import sys
import time
from math import log
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.autoregressive.density import Density
from engine.autoregressive.sampling import sample, uniforms
from engine.device import describe_device, pick_device
from engine.runs.events import Checkpoint, Diverged, Done, Metrics
from engine.runs.files import decode_state, encode_state, write_whole
from engine.topics.autoregressive import shipped
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.rungs import FOLDER, RUNGS
from engine.topics.autoregressive.train import train_density

SAVE_EVERY = 60.0  # seconds
KEPT = Path("runs/ladder")


def trained(config: DensityConfig) -> Done:
    """Train to the end, from the last checkpoint where there is one."""
    path, saved = KEPT / f"{config.key}.safetensors", time.monotonic()
    start = decode_state(path.read_bytes(), str(path)) if path.exists() else None
    for event in train_density(config, start=start):
        match event:
            case Metrics(step, values) if "validation_loss" in values:
                print(f"  update {step:7,}  training {values['train_loss']:.4f}  held out "
                      f"{values['validation_loss']:.4f} bits/dim  {values['seconds']:.0f} s",
                      flush=True)  # fmt: skip
            case Checkpoint() if time.monotonic() - saved > SAVE_EVERY:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, encode_state(event.save()))
                saved = time.monotonic()
            case Diverged():
                sys.exit(event.sentence)
            case Done():
                return event
    sys.exit("The training did not end.")


@torch.no_grad()
def nats(model: Density, config: DensityConfig) -> float:
    """Of the whole test part, a picture, in single precision; class-open where it has classes."""
    test = config.pictures().test
    found = []
    for x, y in zip(test.x.split(250), test.y.split(250), strict=True):
        found.append(-model(x.long(), y if model.classes else None).flatten(1).sum(1))
    return torch.cat(found).mean().item()


def seconds_a_sample(model: Density) -> float:
    """One picture, value by value, the second time."""
    y = torch.zeros(1, dtype=torch.int64) if model.classes else None
    for seed in (0, 1):
        begun = time.perf_counter()
        sample(model, uniforms((1, *model.shape), seed), y)
        seconds = time.perf_counter() - begun
    return seconds


def make(name: str) -> None:
    """Train a rung and write its files."""
    config, problems = DensityConfig.read(RUNGS[name])
    if problems:
        sys.exit(" ".join(problems))
    print(f"{name}: {config.key} on {describe_device(pick_device())}", flush=True)
    done = trained(config)
    model = config.build(config.pictures())
    model.load_state_dict(done.weights)
    model = shipped.rounded(model).eval().requires_grad_(False)
    reached = nats(model, config)
    measured = {
        "test_nats": round(reached, 3),
        "bits_per_dim": {"test": round(reached / log(2) / 784, 5)},
        "parameters": int(done.summary["parameters"]),
        "epochs": round(done.summary["epochs"], 2),
        "seconds": round(done.summary["seconds"], 1),
        "seconds_a_sample": round(seconds_a_sample(model), 3),
        "device": describe_device(),
    }
    shipped.ship(name, config, model, measured, FOLDER)
    print(f"{name}: {measured}", flush=True)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or list(RUNGS):
        make(chosen)
