"""Which results come with the app? Measurements of minutes, so that a page opens on them at once.

`scripts/make_results.py` makes the files of `assets/results` by running the configs; in the store
they are runs like any other, and computing one again replaces it.
"""

import json
import time
from pathlib import Path

import torch

from engine.device import describe_device
from engine.paths import RESULTS
from engine.runs.events import Done, Frame, Metrics, Started
from engine.runs.files import Arrays, decode_arrays, encode_arrays, encode_state, write_whole
from engine.runs.store import RunStore
from engine.runs.work import Work, dump, load

FOLDER = RESULTS


def put_shipped(store: RunStore, config: Work) -> bool:
    """Put the shipped result of this config into the store, if there is one and no run of it."""
    path = FOLDER / f"{config.key}.json"
    if store.run(config.key) is not None or not path.exists():
        return False
    content = json.loads(path.read_text(encoding="utf-8"))
    pictures: dict[int, Arrays] = {}
    for name, array in decode_arrays(path.with_suffix(".safetensors").read_bytes()).items():
        step, _, rest = name.partition("/")
        pictures.setdefault(int(step), {})[rest] = array
    store.begin(config)
    frames = [(step, encode_arrays(arrays)) for step, arrays in sorted(pictures.items())]
    store.append(config.key, content["points"], frames, content["steps"])
    if (weights := _weights(config)).exists():
        store.save(config.key, "weights", weights.read_bytes())
    fields = ("steps", "facts", "summary", "seconds", "device", "created")
    store.set(config.key, **{name: content[name] for name in fields}, state="done")
    return True


def shipped(key: str) -> Work | None:
    """The config of the result with this key, where one comes with the app."""
    path = FOLDER / f"{key}.json"
    if not key.isalnum() or not path.exists():
        return None
    return load(json.dumps(json.loads(path.read_text(encoding="utf-8"))["config"]))


def ship(
    config: Work,
    device: torch.device,
    *,
    weights: bool = False,
    half: bool = True,
    film: bool = True,
) -> None:
    """Run a config to its end and write its files.

    Args:
        weights: keep the trained network, too, or what else the work ends with.
        half: in half precision.
        film: keep what stood there on the way, too; else what stands there at the end.
    """
    begun, steps = time.perf_counter(), 0
    facts: dict[str, str | int | float] = {}
    points: list[tuple[int, dict[str, float]]] = []
    pictures: Arrays = {}
    summary: dict[str, float] = {}
    for event in config.run(device):
        match event:
            case Started(steps, facts):
                pass
            case Metrics(step, values):
                points.append((step, {name: _lean(x) for name, x in values.items() if _told(name)}))
                print(f"  {step:,} of {steps:,}, {time.perf_counter() - begun:.0f} s", flush=True)
            case Frame(step, arrays):
                shown = {f"{step}/{name}": array for name, array in arrays.items()}
                pictures = pictures | shown if film else shown
            case Done(_, summary, state):
                if weights and state:
                    kept = {n: tensor.half() if half else tensor for n, tensor in state.items()}
                    write_whole(_weights(config), encode_state(kept))
    content = {
        "config": json.loads(dump(config)),
        "steps": steps,
        "facts": facts,
        "summary": summary,
        "points": points,
        "seconds": round(time.perf_counter() - begun, 1),
        "device": describe_device(device),
        "created": round(time.time()),
    }
    write_whole(FOLDER / f"{config.key}.safetensors", encode_arrays(pictures))
    write_whole(FOLDER / f"{config.key}.json", (json.dumps(content) + "\n").encode())


def _weights(config: Work) -> Path:
    return FOLDER / f"{config.key}.weights.safetensors"


def _told(series: str) -> bool:
    """Norms of single layers are looked at while a network trains; here they are most bytes."""
    return not series.startswith(("weight_norm/", "grad_norm/"))


def _lean(value: float) -> float:
    """Six digits: more than any chart shows."""
    return float(f"{value:.6g}")
