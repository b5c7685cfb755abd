"""KernelShap: what is each patch's fair share of the score, in the sense of Shapley?"""

import itertools
from math import comb
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.device import generator
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.maps.segments import Kind, by_patch, segments
from engine.explain.methods._patches import across_knob, answers, kind_knob, samples_knob
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.answers import scores


@METHODS.register
class KernelShap(Method):
    """Own code, as captum's draws from torch's global generator and takes one image at a time.

    Exact where the samples suffice for every coalition. Otherwise coalitions are drawn from the
    Shapley kernel, each with its complement (Covert and Lee 2021), the same for every image.
    """

    about: ClassVar[About] = About(
        id="kernel_shap",
        label="KernelShap",
        summary="Shapley values of patches: the linear model that explains best what is left of "
        "the score when patches are missing.",
        formula=r"\min_\phi \sum_{z} \frac{S - 1}{\binom{S}{|z|} |z| (S - |z|)} "
        r"\bigl(S_c(x_z) - S_c(x') - \phi^\top z\bigr)^2, \quad "
        r"\textstyle\sum_s \phi_s = S_c(x) - S_c(x')",
        source="Lundberg and Lee 2017, A unified approach to interpreting model predictions, "
        "theorem 2",
        url="https://arxiv.org/abs/1705.07874",
    )
    group: ClassVar[Group] = "perturbation"
    random: ClassVar[bool] = True
    promise: ClassVar[str] = r"S_c(x) - S_c(x')"
    baseline: Baseline = baseline_knob("own")
    patches: Kind = kind_knob()
    across: int = across_knob()
    samples: int = samples_knob(300)

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return self.samples + 3

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        parts = segments(x, self.patches, self.across)
        total = self.owed(model, x, target, seed)  # (B,)
        found = []
        for i, part in enumerate(parts):
            kept, weight = coalitions(int(part.max()) + 1, self.samples, seed)
            kept = kept.to(x.device)
            y = answers(model, x[i].detach(), start[i], target[i], part, kept)
            y = y - scores(model, start[i : i + 1], target[i : i + 1])
            phi = solve(kept.double(), weight.to(x.device), y.double(), total[i].double())
            found.append(by_patch(phi.to(x.dtype), part))
        return torch.stack(found)[:, None]

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        return scores(model, x, target) - scores(model, start, target)


def coalitions(patches: int, samples: int, seed: int) -> tuple[Tensor, Tensor]:
    """Sets of patches (M, S) bool, never none and never all, and their weights (M,) float64."""
    sizes = torch.arange(1, patches, dtype=torch.float64)
    mass = (patches - 1) / (sizes * (patches - sizes))  # the kernel, summed over a size
    if 2**patches - 2 <= samples:
        every = torch.tensor(list(itertools.product((False, True), repeat=patches)))[1:-1]
        every = every.reshape(-1, patches)
        number = every.sum(1)
        share = torch.tensor([1 / comb(patches, k) for k in range(1, patches)]).double()
        return every, mass[number - 1] * share[number - 1]
    draw = generator(seed, "coalitions", patches)
    size = torch.multinomial(mass, samples // 2, replacement=True, generator=draw) + 1
    rank = torch.rand(len(size), patches, generator=draw).argsort(1).argsort(1)
    half = rank < size[:, None]
    return torch.cat([half, ~half]), torch.ones(2 * len(half), dtype=torch.float64)


def solve(kept: Tensor, weight: Tensor, y: Tensor, total: Tensor) -> Tensor:
    """(S,) the φ of the formula, by its Karush-Kuhn-Tucker equations.

    Args:
        kept: (M, S) float64 zeros and ones.
        weight: (M,).
        y: (M,) score above the baseline's.
        total: () what the φ must sum to.
    """
    count = kept.shape[1]
    left = kept.new_zeros(count + 1, count + 1)
    left[:count, :count] = kept.T @ (weight[:, None] * kept)
    left[:count, count] = left[count, :count] = 1
    right = torch.cat([kept.T @ (weight * y), total[None]])
    return (torch.linalg.pinv(left, hermitian=True) @ right)[:count]
