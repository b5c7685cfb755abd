"""Which trained density does the page use? One that was shipped, or one from the store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.core.export import foot
from dashboard.core.runtime import store
from dashboard.core.words import reason, say
from dashboard.sampling.view import SamplingView
from engine.autoregressive.density import Density
from engine.autoregressive.pictures import Levels
from engine.data import DataError
from engine.runs import shipped as shipped_results
from engine.runs.files import StoreError
from engine.runs.work import load
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.shipped import build, shipped


@dataclass(frozen=True, eq=False)
class Chosen:
    """A model with its pictures; `key` names both."""

    key: str
    model: Density
    pictures: Levels
    config: DensityConfig
    test: float  # bits/dim on the test part
    origin: str  # id of the sentence that tells where it comes from
    facts: dict[str, str]  # its values
    measured: dict[str, Any] = field(default_factory=dict)  # what is noted beside shipped weights

    @property
    def sentence(self) -> str:
        """Where it comes from, in the language of whoever is looking: a model is kept for all."""
        return say(self.origin, **self.facts)

    @property
    def values(self) -> int:
        """C H W."""
        channels, height, width = self.model.shape
        return channels * height * width


def chosen(view: SamplingView) -> Chosen | None:
    """The model of the link; None and a sentence where there is none."""
    try:
        return _shipped(view.net) if view.net != "run" else _of_run(view.run)
    except (ValueError, DataError, StoreError) as error:
        st.error(reason(error), icon=":material/error:")
        return None


def opened(view: SamplingView, draw: Callable[[SamplingView, Chosen], None]) -> None:
    """A section that asks a trained density, with where that is from at its foot."""
    if (found := chosen(view)) is None:
        return
    draw(view, found)
    foot(found.sentence, key="sampling_foot")


@st.cache_resource(show_spinner=False, max_entries=4)
def _shipped(name: str) -> Chosen:
    found = shipped(name)
    bits = found.measured["bits_per_dim"]
    facts = {"seconds": f"{found.measured['seconds']:.0f}", "device": found.measured["device"],
            "bits": f"{bits['test']:.3f}", "parameters": f"{found.measured['parameters']:,}",
            "key": found.config.key}  # fmt: skip
    model = found.model.requires_grad_(False)
    pictures = found.config.at_hand()
    return Chosen(
        name, model, pictures, found.config, bits["test"], "sampling.shipped", facts, found.measured
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _of_run(key: str) -> Chosen:
    run = store().run(key) if key.isalnum() else None
    if (
        run is None
        and (config := shipped_results.shipped(key))
        and shipped_results.put_shipped(store(), config)
    ):
        run = store().run(key)
    if run is None or run.state != "done" or run.kind != "density":
        raise ValueError(say("sampling.no_run", key=key[:16]))
    config = load(run.config)
    path = store().root / key / "weights.safetensors"
    if not isinstance(config, DensityConfig) or not path.exists():
        raise ValueError(say("sampling.no_run", key=key))
    model = build(config, path.read_bytes()).requires_grad_(False)
    test = run.summary.get("test_loss", float("nan"))
    facts = {
        "seconds": f"{run.seconds:.0f}",
        "device": run.device,
        "bits": f"{test:.3f}",
        "key": key,
    }
    return Chosen(key, model, config.at_hand(), config, test, "sampling.of_run", facts)


def chosen_class(view: SamplingView, found: Chosen) -> int:
    """The class of the link, inside what the model knows; 0 for one without classes."""
    return min(view.label, max(0, found.model.classes - 1))


def label_of(view: SamplingView, found: Chosen) -> int | None:
    """The class of the link, inside what the model knows; None for one without classes."""
    return chosen_class(view, found) if found.model.classes else None


def quietly(view: SamplingView) -> Chosen | None:
    """The model of the link, or None; the section itself says why."""
    try:
        return _shipped(view.net) if view.net != "run" else _of_run(view.run)
    except (ValueError, DataError, StoreError):
        return None
