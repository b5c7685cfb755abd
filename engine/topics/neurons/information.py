"""What do logits say: as probabilities, in nats, and in the few digits of a computer?"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit
from torch.nn.functional import cross_entropy

from engine.config import Config, knob
from engine.topics.neurons.points import Floats

Logit = Annotated[float, Field(ge=-100, le=100)]
OFFSETS = np.linspace(0, 120, 121)  # that are added to all logits
FORMATS: dict[str, type[np.floating[Any]]] = {"float16": np.float16, "float32": np.float32}


class InformationConfig(Config):
    """Logits, and the answer that they are compared with."""

    logits: tuple[Logit, ...] = Field((2.0, 1.0, -1.0, 0.5), min_length=2, max_length=8)
    temperature: float = knob(
        1.0, "Temperature", "Logits are divided by it.", ge=0.1, le=10, log=True
    )
    right: int = knob(1, "Right class", "The first class is 1.", ge=1, le=8)
    smoothing: float = knob(
        0.1,
        "Label smoothing",
        "This share of the target is spread evenly over all classes.",
        ge=0,
        le=1,
        step=0.05,
    )
    unit: Literal["nats", "bits"] = knob(
        "nats", "Unit", "A nat is 1/ln 2 = 1.443 bits.", options={"nats": "nats", "bits": "bits"}
    )


@dataclass(frozen=True, slots=True)
class Information:
    """Probabilities, and $H(t,p)=H(t)+\\mathrm{KL}(t\\Vert p)$ term by term."""

    softmax: Floats  # (K,)
    sigmoid: Floats  # (K,) a logistic function for each class
    target: Floats  # (K,)
    terms: Floats  # (K,) −t ln p
    entropy: float  # H(t)
    divergence: float  # KL(t‖p)
    cross: float  # H(t, p)
    perceptron: float  # Σⱼ max(0, zⱼ − zₜ) over the wrong classes j
    gradient: Floats  # (K,) of the cross-entropy by each logit, (p − t)/T
    difference: float  # to torch's cross-entropy and autograd's gradient, whichever is larger
    two: float  # largest difference of softmax over (z, 0) to σ(z)
    errors: dict[str, Floats]  # (len(OFFSETS),) largest error of softmax, NaN where it is no number


def softmax(z: Floats) -> Floats:
    """$p_i=e^{z_i-\\max z}/\\sum_j e^{z_j-\\max z}$ over the last axis."""
    e = np.exp(z - z.max(-1, keepdims=True))
    found: Floats = e / e.sum(-1, keepdims=True)
    return found


def inform(config: InformationConfig) -> Information:
    """Everything of the section. Entropies are in the unit that was chosen.

    A right class beyond the last one is the last one.
    """
    z = np.array(config.logits) / config.temperature
    count, right = len(z), min(config.right, len(config.logits)) - 1
    p = softmax(z)
    target = np.full(count, config.smoothing / count)
    target[right] += 1 - config.smoothing
    size = np.log(2) if config.unit == "bits" else 1.0
    log_p = z - z.max() - np.log(np.exp(z - z.max()).sum())
    terms = -target * log_p / size
    held = target > 0
    entropy = -float((target[held] * np.log(target[held])).sum()) / size
    divergence = float((target[held] * (np.log(target[held]) - log_p[held])).sum()) / size
    gradient = (p - target) / config.temperature
    perceptron = float(np.maximum(0, z - z[right]).sum())
    leaf = torch.tensor(config.logits, dtype=torch.float64, requires_grad=True)
    theirs = cross_entropy(leaf / config.temperature, torch.tensor(target))
    theirs.backward()  # type: ignore[no-untyped-call]
    assert leaf.grad is not None
    off = abs(float(theirs.detach()) / size - float(terms.sum()))
    difference = max(off, float(np.abs(leaf.grad.numpy() - gradient).max()))
    pair = softmax(np.stack([z, np.zeros(count)], -1))[:, 0]
    two = float(np.abs(pair - expit(z)).max())
    return Information(
        p, expit(z), target, terms, entropy, divergence, float(terms.sum()), perceptron, gradient,
        difference, two, rounding(z),
    )  # fmt: skip


def rounding(z: Floats) -> dict[str, Floats]:
    """Largest error of softmax(z + c) over c, as written and with the maximum subtracted.

    In exact arithmetic no c changes anything. NaN where a sum is infinite or zero.
    """
    exact = softmax(z)
    found = {}
    for name, kind in FORMATS.items():
        moved: NDArray[Any] = (z + OFFSETS[:, None]).astype(kind)  # (C, K)
        for how, shift in (("plain", 0), ("shifted", moved.max(-1, keepdims=True))):
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                e = np.exp(moved - shift, dtype=kind)
                p = e / e.sum(-1, keepdims=True, dtype=kind)
            found[f"{name}_{how}"] = np.abs(p.astype(np.float64) - exact).max(-1)
    return found
