"""DeepLIFT: how does each value's difference from a baseline travel through the network?"""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import About
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.methods._rules import AFFINE, ELEMENTWISE, demand
from engine.explain.methods._slope import slope
from engine.explain.methods._spec import METHODS, WITH_GRADIENT, Group, Method
from engine.explain.networks.answers import gradient, scores

NEAR = 1e-6  # differences of a unit's input below which its derivative takes the place of the ratio


@METHODS.register
class DeepLIFT(Method):
    """Image and baseline pass the network together; each activation hands back Δφ/Δz.

    Own code: captum 0.9 loses its rule of the maximum behind an activation (its issue 1104), takes
    another image's gradient there (1276), and has no rule for most activations. Where it has
    rules and no maximum follows an activation, both agree.
    """

    about: ClassVar[About] = About(
        id="deep_lift",
        label="DeepLIFT",
        summary="Slopes between baseline and image in place of gradients, at every activation: "
        "nothing is lost where a unit is saturated.",
        formula=r"m_{\Delta z} = \frac{\varphi(z) - \varphi(z')}{z - z'}, \quad "
        r"M = (x - x') \odot m_{\Delta x}",
        source="Shrikumar, Greenside and Kundaje 2017, Learning important features through "
        "propagating activation differences, Rescale rule",
        url="https://arxiv.org/abs/1704.02685",
    )
    group: ClassVar[Group] = "gradient"
    promise: ClassVar[str] = r"S_c(x) - S_c(x')"
    baseline: Baseline = baseline_knob()

    @property
    def pictures(self) -> int:
        return 2

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return 2 * WITH_GRADIENT  # the image and its baseline

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        demand(model, self.about.label, (*AFFINE, *ELEMENTWISE, nn.MaxPool2d))
        for module in model.modules():
            if isinstance(module, ELEMENTWISE):
                module.register_forward_hook(_rescale)
            elif isinstance(module, nn.MaxPool2d):
                module.register_forward_hook(_winners)
        x = x.detach()
        start = baseline_of(self.baseline, x, seed)
        multipliers = gradient(model, torch.cat([x, start]), target.repeat(2))[: len(x)]
        return (x - start) * multipliers

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        return scores(model, x, target) - scores(model, start, target)


def _rescale(module: nn.Module, args: tuple[Tensor], out: Tensor) -> Tensor:
    """Of the image's half: the ratio of differences, and the derivative where there is none."""
    z, reference = args[0].chunk(2)
    y, y_reference = out.chunk(2)
    away = (z - reference).detach()
    near = away.abs() < NEAR
    ratio = (y - y_reference) / torch.where(near, 1.0, away)
    if near.any():
        at = z.detach().requires_grad_()
        (own,) = torch.autograd.grad(module.forward(at).sum(), at)
        ratio = torch.where(near, own, ratio)
    return torch.cat([slope(y, z, ratio), y_reference.detach()])


def _winners(module: nn.MaxPool2d, args: tuple[Tensor], out: Tensor) -> Tensor:
    """A maximum's difference belongs to where the image has it, as far as the image's is larger,
    and to where the baseline has it, as far as the baseline's is."""
    z, reference = args[0].chunk(2)
    y, y_reference = out.chunk(2)
    _, index = F.max_pool2d(
        args[0].detach(), module.kernel_size, module.stride, module.padding, module.dilation,
        module.ceil_mode, return_indices=True,
    )  # fmt: skip
    top = torch.maximum(y, y_reference)
    shares = (top - y_reference, y - top)
    answer = y.detach()
    for where, share in zip(index.chunk(2), shares, strict=True):
        place = z.flatten(2).gather(2, where.flatten(2)).reshape(y.shape)
        away = place - reference.flatten(2).gather(2, where.flatten(2)).reshape(y.shape)
        ratio = torch.where(away.abs() < NEAR, 0.0, share / torch.where(away == 0, 1.0, away))
        answer = slope(answer, place, ratio) + (answer - answer.detach())
    return torch.cat([answer, y_reference.detach()])
