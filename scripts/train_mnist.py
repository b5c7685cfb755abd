"""Trains the 28x28 PixelCNN on MNIST with 256 levels and reports bits/dim; best on a GPU.

Run: BLINDSPOT_DATA=folder python scripts/train_mnist.py [name=value ...]
It asks for no network: the files are those that the Training lab downloads. Interrupted, it goes on
from its last checkpoint, in runs/mnist-<key>.safetensors. Any knob can be set: epochs=30.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.data import DataError
from engine.device import describe_device, pick_device
from engine.runs.events import Checkpoint, Diverged, Done, Metrics, Started
from engine.runs.files import decode_state, encode_state, write_whole
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.train import train_density

GOAL, MOST = 0.808, 852_160  # bits/dim and parameters of a public notebook's model
SAVE_EVERY = 60.0  # seconds
SETTINGS = {
    "source.data": "mnist", "source.levels": "256", "conditional": "0", "precision": "bf16",
    "model.channels": "64", "model.layers": "9", "model.dilations": "2~1~4~1~2~1",
    "optimizer": "adamw", "optimizer.weight_decay": "0.05", "learning_rate": "0.002",
    "schedule": "cosine", "batch_size": "128", "epochs": "100",
}  # fmt: skip


def main() -> None:
    asked = dict(item.split("=", 1) for item in sys.argv[1:])
    config, problems = DensityConfig.read(SETTINGS | asked)
    if problems:
        sys.exit(" ".join(problems))
    device, saved = pick_device(), time.monotonic()
    path = Path("runs") / f"mnist-{config.key}.safetensors"
    start = decode_state(path.read_bytes(), str(path)) if path.exists() else None
    print(f"{config.key} on {describe_device(device)}{', resumed' if start else ''}", flush=True)
    try:
        for event in train_density(config, device, start):
            match event:
                case Started(steps, facts):
                    print(f"{facts['parameters']:,} parameters, {steps:,} updates", flush=True)
                case Metrics(step, values) if "validation_loss" in values:
                    print(f"update {step:7,}  training {values['train_loss']:.4f}  held out "
                          f"{values['validation_loss']:.4f} bits/dim  {values['seconds']:.0f} s",
                          flush=True)  # fmt: skip
                case Checkpoint() if time.monotonic() - saved > SAVE_EVERY:
                    write_whole(path, encode_state(event.save()))
                    saved = time.monotonic()
                case Diverged():
                    sys.exit(event.sentence)
                case Done():
                    _report(event)
                    write_whole(path.with_name(f"{path.stem}-weights.safetensors"),
                           encode_state(event.weights))  # fmt: skip
    except (DataError, ValueError) as error:
        sys.exit(str(error))


def _report(done: Done) -> None:
    bits, parameters = done.summary["test_loss"], int(done.summary["parameters"])
    reached = "reached" if bits < GOAL and parameters <= MOST else "not reached"
    print(
        f"test set: {bits:.4f} bits/dim, {done.summary['test_nats']:.1f} nats a picture, "
        f"{parameters:,} parameters, {done.summary['seconds']:.0f} s; goal {reached}: below {GOAL} "
        f"with at most {MOST:,}"
    )


if __name__ == "__main__":
    main()
