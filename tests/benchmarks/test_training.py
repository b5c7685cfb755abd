"""How fast is training, beside what a course usually writes? Ratios of runs in this one process."""

import contextlib
import io
import time
from itertools import islice

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

from engine.device import guard_torchvision, pick_device
from engine.runs.events import Frame, Metrics
from engine.training.config import TrainConfig
from engine.training.script_of import script_of
from engine.training.sweep import Sweep, race
from engine.training.train import train
from tests.benchmarks.table import note
from tests.exported import ran

pytestmark = pytest.mark.bench
BATCH, EPOCHS, ROUNDS = 64, 20, 5


def network() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


class Pictures(Dataset):
    """28x28 grey pictures as torchvision gives them: PIL images turned to tensors one by one."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        guard_torchvision()
        from torchvision import transforms

        self.images, self.labels, self.transform = images, labels, transforms.ToTensor()

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int):
        from PIL import Image

        return self.transform(Image.fromarray(self.images[index].numpy())), int(self.labels[index])


def usual_loop(loader: DataLoader, device: torch.device, batches: int) -> float:
    """The loop of a course; examples a second."""
    model = network().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    start, seen = time.perf_counter(), 0
    for x, y in islice(loader, batches):
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seen += len(x)
    return seen / (time.perf_counter() - start)


def lightning_loop(loader: DataLoader, device: torch.device) -> float:
    import logging
    import warnings

    import lightning

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, batch, index):
            return F.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=1e-3)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(
            max_epochs=1, logger=False, enable_checkpointing=False, enable_progress_bar=False,
            enable_model_summary=False, accelerator="gpu" if device.type == "cuda" else "cpu",
            devices=1,
        )  # fmt: skip
        module = Module()
        start = time.perf_counter()
        trainer.fit(module, loader)
    return len(loader.dataset) / (time.perf_counter() - start)


def ours(config: TrainConfig, device: torch.device, examples: int) -> float:
    """Evaluation and pictures included; from the first update on."""
    start = seen = 0.0
    for event in train(config, device):
        if isinstance(event, Frame) and not start:
            start = time.perf_counter()
        seen = event.step if isinstance(event, Metrics) else seen
    return examples * config.epochs / (time.perf_counter() - start)


def test_samples_a_second_of_one_training(monkeypatch):
    device = pick_device()
    config, _ = TrainConfig.read(
        {"data": "glyphs", "data.size": "28", "data.examples": "17000", "model.hidden": "128",
         "layers.activation": "relu", "learning_rate": "0.001", "batch_size": "64",
         "epochs": str(EPOCHS)}
    )  # fmt: skip
    data = config.prepared()
    n = len(data.train.x)
    images, labels = data.data.x[data.train.index][:, 0], data.train.y
    usual = DataLoader(Pictures(images, labels), BATCH, shuffle=True)
    tensors = DataLoader(TensorDataset(data.train.x, data.train.y), BATCH, shuffle=True)
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):  # side by side: what slows the machine slows all of them
        for name, rate in (
            ("ours", lambda: ours(config, device, n)),
            ("usual loop", lambda: usual_loop(usual, device, 60)),
            ("tensor loader", lambda: usual_loop(tensors, device, 10**9)),
            ("Lightning", lambda: lightning_loop(tensors, device)),
        ):
            rates.setdefault(name, []).append(rate())
    what = f"an image of a training of 784-128-10, batch {BATCH}, {device}"
    spent = {name: [1 / rate for rate in found] for name, found in rates.items()}  # s an image
    for name, goal in (("usual loop", 1 / 4), ("tensor loader", 1 / 1.5), ("Lightning", 1 / 2)):
        note(what, spent["ours"], f"the {name}", spent[name], goal)


def test_networks_trained_together():
    device = pick_device()
    base, _ = TrainConfig.read(
        {"data": "moons", "data.examples": "1000", "model.hidden": "32~32", "batch_size": "64",
         "epochs": "30"}
    )  # fmt: skip
    sweep = Sweep(base=base, vary="learning_rate", values=("0.001", "0.01", "0.03", "0.1"), seeds=8)
    variants = sweep.variants()
    together, alone = [], []
    for _ in range(3):
        start = time.perf_counter()
        list(race(variants, device))
        together.append(time.perf_counter() - start)
        start = time.perf_counter()
        for config in variants[::4]:
            list(train(config, device))
        alone.append(4 * (time.perf_counter() - start))
    note(f"{len(variants)} networks 2-32-32-2 together", together, "one by one", alone, 1 / 5)


def test_a_watched_job_keeps_the_rate_of_the_bare_generator(tmp_path):
    from engine.runs.jobs import Jobs
    from engine.runs.store import RunStore

    config, _ = TrainConfig.read(
        {"data": "glyphs", "data.size": "28", "data.examples": "17000", "model.hidden": "128",
         "layers.activation": "relu", "batch_size": "64", "epochs": "20"}
    )  # fmt: skip
    jobs = Jobs(RunStore(tmp_path))
    seconds: dict[str, list[float]] = {"bare": [], "watched": []}

    def bare(c: TrainConfig) -> float:
        return jobs._client.submit(seconds_bare, c.model_dump_json(), pure=False).result()

    def watched(c: TrainConfig) -> float:
        jobs.submit(c)
        jobs.wait(c.key, timeout=120)
        _, at = jobs.store.history(c.key)["seconds"]
        return float(at[-1] - at[0])

    try:
        bare(config)  # the first in a process is slower
        for seed in range(12):
            pair = [("bare", bare), ("watched", watched)]
            for name, run in pair if seed % 2 else reversed(pair):  # neither is always second
                seconds[name].append(run(config.with_("seed", seed)))
    finally:
        jobs.close()
    note("a watched job", seconds["watched"], "the bare generator", seconds["bare"], 1.05)


def seconds_bare(text: str) -> float:
    """In the worker process too, so that only the watching differs."""
    from engine.runs.events import Metrics
    from engine.training.config import TrainConfig
    from engine.training.train import train

    events = [e for e in train(TrainConfig.model_validate_json(text)) if isinstance(e, Metrics)]
    times = [e.values["seconds"] for e in events if "seconds" in e.values]
    return times[-1] - times[0]


def test_the_script_of_a_training_is_as_fast_as_the_app():
    """Its own evaluations and the check included; without the start of Python and torch."""
    config = TrainConfig()
    run, history = ran(config)
    text = compile(script_of(config, run, history), "script.py", "exec")
    seconds: dict[str, list[float]] = {"script": [], "app": []}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as many as the script asks for
    try:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                exec(text, {"__name__": "__main__"})
            seconds["script"].append(time.perf_counter() - start)
            start = time.perf_counter()
            list(train(config, torch.device("cpu")))
            seconds["app"].append(time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    note(
        "the script of the default training",
        seconds["script"],
        "the app's own",
        seconds["app"],
        1.2,
    )
