"""What does a model answer, how does the answer change, and how is captum kept quiet?"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from engine.explain.networks.at_once import at_once
from engine.nn.taps import evaluating


def scores(model: nn.Module, x: Tensor, target: Tensor) -> Tensor:
    """(B,) logits of the target classes, without gradients.

    Leaves mode, parameters, `.grad` and hooks as they were.
    """
    each = at_once(x)
    with evaluating(model), torch.no_grad():
        found = [
            model(part).gather(1, c[:, None]).squeeze(1)
            for part, c in zip(x.split(each), target.split(each), strict=True)
        ]
    return torch.cat(found)


def gradient(model: nn.Module, x: Tensor, target: Tensor) -> Tensor:
    """∂S_c/∂x, (B, C, H, W)."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        score = model(x).gather(1, target[:, None]).sum()
    return torch.autograd.grad(score, x)[0]


@contextmanager
def quiet() -> Iterator[None]:
    """Without captum's notices of the hooks that it sets: they go onto a copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"captum\..*")
        warnings.filterwarnings("ignore", message="(?s).*(hooks|forward, backward).*")
        yield
