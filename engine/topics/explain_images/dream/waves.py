"""Which pictures can a sum of a few sinusoids draw? A generator with hardly any numbers."""

import math

import torch
from torch import Tensor

from engine.device import generator
from engine.runs.events import State

NAMES = ("amplitude", "frequency", "phase")


def first_waves(count: int, channels: int, seed: int, fastest: float = 4.0) -> State:
    """Random waves of one picture.

    Args:
        count: K waves.
        channels: C of the picture.
        seed: of everything that is drawn.
        fastest: largest first frequency along a side, in periods a picture.

    Returns:
        amplitude (K, C), frequency (K, 2) along rows and columns in periods a picture, and phase
        (K,) in radians.
    """
    draw = generator(seed, "waves", count)
    return {
        "amplitude": torch.randn(count, channels, generator=draw) / math.sqrt(count),
        "frequency": (2 * torch.rand(count, 2, generator=draw) - 1) * fastest,
        "phase": torch.rand(count, generator=draw) * 2 * math.pi,
    }


def paint(waves: State, height: int, width: int) -> Tensor:
    """The pictures that waves make; differentiable in all of them.

        x = σ(Σ_k a_k sin(2π (f_k · p) + φ_k)),  p the place in 0..1 along rows and columns

    Args:
        waves: amplitude (B, K, C), frequency (B, K, 2), phase (B, K).
        height: rows.
        width: columns.

    Returns:
        (B, C, height, width) above 0 and below 1.
    """
    amplitude, frequency, phase = (waves[name] for name in NAMES)
    rows = (torch.arange(height, device=phase.device) + 0.5) / height
    columns = (torch.arange(width, device=phase.device) + 0.5) / width
    turns = (
        frequency[..., 0, None, None] * rows[:, None] + frequency[..., 1, None, None] * columns
    )  # (B, K, H, W)
    waves_ = torch.sin(2 * math.pi * turns + phase[..., None, None])
    return torch.einsum("bkc,bkhw->bchw", amplitude, waves_).sigmoid()
