"""LIME: which linear model of patches answers like the network near this image?"""

from typing import ClassVar

import torch
from sklearn.linear_model import Ridge
from torch import Tensor, nn

from engine.config import About, knob
from engine.device import generator
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.maps.segments import Kind, by_patch, segments
from engine.explain.methods._patches import across_knob, answers, kind_knob, samples_knob
from engine.explain.methods._spec import METHODS, Group, Method


@METHODS.register
class LIME(Method):
    """Own sampling, as captum's draws from torch's global generator. Distance and ridge are
    those of the authors' package for images; its kernel is the root of the published one, which
    is taken here."""

    about: ClassVar[About] = About(
        id="lime",
        label="LIME",
        summary="Coefficients of a ridge regression on which patches are shown, weighted by "
        "nearness to the whole image.",
        formula=r"\min_\beta \sum_z e^{-d(z, 1)^2 / \sigma^2} \bigl(S_c(x_z) - \beta_0 - "
        r"\beta^\top z\bigr)^2 + \lambda \|\beta\|^2, \quad d = 1 - \sqrt{|z| / S}",
        source="Ribeiro, Singh and Guestrin 2016, “Why should I trust you?”, equation 2",
        url="https://arxiv.org/abs/1602.04938",
    )
    group: ClassVar[Group] = "perturbation"
    random: ClassVar[bool] = True
    baseline: Baseline = baseline_knob("own")
    patches: Kind = kind_knob()
    across: int = across_knob()
    samples: int = samples_knob(300)
    width: float = knob(0.25, "Kernel width σ", "Of nearness.", ge=0.05, le=2, log=True, more=True)
    ridge: float = knob(1.0, "Ridge λ", ge=0.001, le=100, log=True, more=True)

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return self.samples

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        found = []
        for i, part in enumerate(segments(x, self.patches, self.across)):
            count = int(part.max()) + 1
            draw = generator(seed, "lime", count)
            kept = torch.rand(self.samples, count, generator=draw) < 0.5
            kept[0] = True  # the image itself
            y = answers(model, x[i].detach(), start[i], target[i], part, kept.to(x.device))
            beta = self.fit(kept, y.cpu())
            found.append(by_patch(beta.to(x), part))
        return torch.stack(found)[:, None]

    def fit(self, kept: Tensor, y: Tensor) -> Tensor:
        """(S,) coefficients from (M, S) kept patches and (M,) scores."""
        distance = 1 - kept.double().mean(1).sqrt()  # cosine distance to all ones
        weight = torch.exp(-(distance**2) / self.width**2)
        fit = Ridge(alpha=self.ridge).fit(kept.double(), y.double(), sample_weight=weight)
        return torch.from_numpy(fit.coef_)
