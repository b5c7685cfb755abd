"""What does the model answer when only some patches of an image are left?"""

from typing import Any

import torch
from torch import Tensor, nn

from engine.config import knob
from engine.explain.networks.answers import scores
from engine.explain.networks.at_once import at_once


def kind_knob() -> Any:
    return knob(
        "grid",
        "Patches",
        "What is taken away as one: squares, or superpixels of one colour (SLIC).",
        options={"grid": "squares", "superpixels": "superpixels"},
    )


def across_knob(default: int = 7) -> Any:
    return knob(default, "Patches across", "Along the longer side of the image.", ge=2, le=16)


def samples_knob(default: int) -> Any:
    return knob(default, "Samples", "Pictures that the model is asked about.", ge=20, le=2000,
                log=True)  # fmt: skip


def answers(
    model: nn.Module, x: Tensor, baseline: Tensor, target: Tensor, patches: Tensor, kept: Tensor
) -> Tensor:
    """(M,) logits of one image's class with only the kept patches, the rest from the baseline.

    Args:
        x, baseline: (C, H, W).
        target: () class.
        patches: (H, W) numbers of patches.
        kept: (M, S) bool.
    """
    found = []
    for part in kept.split(at_once(x)):
        mask = part[:, patches][:, None]  # (m, 1, H, W)
        found.append(scores(model, torch.where(mask, x, baseline), target.expand(len(part))))
    return torch.cat(found)
