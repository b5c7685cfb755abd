"""Which initial weights suit which activation? All pairs at once."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.nn.activations import ACTIVATIONS, Activation
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.nn.layers import Norm
from engine.topics.activations.health import decades
from engine.topics.activations.remembered import weight_of
from engine.topics.activations.signal import CLASSES, SignalConfig, examples

DEPTH, WIDTH, BATCH = 20, 64, 64  # at most: a map is drawn while a slider moves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignalMap:
    """A activations (rows) by I initialisers (columns). Positive gradients vanish backwards."""

    config: SignalConfig  # what was computed: the asked one, made smaller where it was too large
    activations: tuple[str, ...]
    initialisers: tuple[str, ...]
    gradient: NDArray[np.float64]  # (A, I) log10(gradient of the last layer / of the first)
    signal: NDArray[np.float64]  # (A, I) log10(std given to the last layer / to the first)


def smaller(config: SignalConfig) -> SignalConfig:
    """The same, within what can be computed for all pairs at once."""
    limits = {"depth": DEPTH, "width": WIDTH, "batch": BATCH}
    return SignalConfig(
        **dict(config) | {name: min(getattr(config, name), most) for name, most in limits.items()}
    )


def cell(config: SignalConfig, activation: str, initialiser: str) -> SignalConfig:
    """The config of one cell; knobs of the two chosen parts are kept, others are the defaults."""
    act: Activation = ACTIVATIONS[activation]()
    rule: Initialiser = INITIALISERS[initialiser]()
    if config.activation.id == activation:
        act = config.activation
    if config.initialiser.id == initialiser:
        rule = config.initialiser
    return SignalConfig(**dict(config) | {"activation": act, "initialiser": rule})


def signal_map(config: SignalConfig) -> SignalMap:
    """`health` of every pair: for each activation all initialisers in one batched product."""
    config = smaller(config)
    acts, rules = tuple(ACTIVATIONS), tuple(INITIALISERS)
    x, y = examples(config, config.batch, "probe")
    weights = _weights(config, rules)
    last = weight_of(INITIALISERS["lecun_normal"](), config.seed, "last", (CLASSES, config.width))
    gradient, signal = (np.empty((len(acts), len(rules))) for _ in range(2))
    for row, act in enumerate(acts):
        cells = [cell(config, act, rule) for rule in rules]
        factors = torch.tensor([c.weight_factor() for c in cells]).double()  # (I,)
        strengths = _ends(
            cells[0].activation, config.normalisation, weights, factors, last.double(), x, y
        )
        for column, (z1, zl, g1, gl) in enumerate(strengths.tolist()):
            gradient[row, column], signal[row, column] = decades(g1, gl), decades(z1, zl)
    return SignalMap(
        config=config, activations=acts, initialisers=rules, gradient=gradient, signal=signal
    )


def _weights(config: SignalConfig, rules: tuple[str, ...]) -> list[Tensor]:
    """One (I, n, n) float64 tensor a layer: the published weights of every rule."""
    cells = [cell(config, config.activation.id, rule) for rule in rules]
    shape = (config.width, config.width)
    return [
        torch.stack(
            [weight_of(c.initialiser, config.seed, f"dense{layer}", shape) for c in cells]
        ).double()
        for layer in range(1, config.depth + 1)
    ]


def _ends(
    activation: Activation,
    norm: Norm,
    weights: list[Tensor],
    factors: Tensor,
    last: Tensor,
    x: Tensor,
    y: Tensor,
) -> Tensor:
    """(I, 4): std given to the first and to the last layer, gradient at the first and at the last.

    Args:
        activation: of all layers.
        norm: between weights and activation.
        weights: (I, n, n) a layer.
        factors: (I,) on the weights of each rule.
        last: (10, n) the output layer.
        x: (B, n).
        y: (B,).
    """
    rules, size = len(factors), len(x)
    h = x.double().expand(rules, -1, -1)  # (I, B, n)
    given: list[Tensor] = []
    act: nn.Module = activation.build().double().requires_grad_(False)
    for weight in weights:
        z = torch.bmm(h, weight.mT) * factors[:, None, None]
        match norm:
            case "layer":
                z = F.layer_norm(z, z.shape[-1:])
            case "batch":
                flat = z.transpose(0, 1).reshape(size, -1)  # (B, I n)
                z = F.batch_norm(flat, None, None, training=True)
                z = z.reshape(size, rules, -1).transpose(0, 1)
        if not given:
            z.requires_grad_()
        given.append(z)
        h = act(z)
    outputs = h @ last.T  # (I, B, 10)
    loss = F.cross_entropy(outputs.flatten(0, 1), y.repeat(rules), reduction="sum")
    first, final = torch.autograd.grad(loss, (given[0], given[-1]))
    with torch.no_grad():
        return torch.stack(
            [z.std((1, 2), correction=0) for z in (given[0], given[-1])]
            + [g.square().mean((1, 2)).sqrt() for g in (first, final)],
            dim=1,
        )
