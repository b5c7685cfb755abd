"""LRP: how is the score handed back, layer by layer, to those that brought it forth?"""

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import About, knob
from engine.explain.methods._rules import AFFINE, ELEMENTWISE, NORMALISING, demand
from engine.explain.methods._slope import slope
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.answers import gradient, scores
from engine.explain.networks.private import private


@METHODS.register
class LRP(Method):
    """Relevance is input × gradient of a network whose slopes are replaced by the rules' ratios,
    so that a sum of two branches shares relevance between them by itself.

    captum's LRP hands a residual block's relevance to both branches in full, and has no rule for
    most activations; where it has rules, both agree. A maximum passes everything to the winner; an
    activation passes everything to its input; normalisation is a weighted sum whose
    spread is taken as given (Ali et al. 2022). What a bias brought forth stays with the bias.
    """

    about: ClassVar[About] = About(
        id="lrp",
        label="LRP",
        summary="Layer-wise relevance propagation: each unit hands its relevance back in "
        "proportion to what each input gave it.",
        formula=r"R_i = \sum_j \frac{a_i (w_{ij} + \gamma w_{ij}^{+})}"
        r"{\epsilon + \sum_k a_k (w_{kj} + \gamma w_{kj}^{+})}\, R_j",
        source="Bach et al. 2015, On pixel-wise explanations for non-linear classifier decisions, "
        "equation 58; Montavon et al. 2019, Layer-wise relevance propagation: an overview",
        url="https://doi.org/10.1371/journal.pone.0130140",
    )
    group: ClassVar[Group] = "gradient"
    promise: ClassVar[str] = r"S_c(x) - \text{what the biases keep}"
    gamma: float = knob(
        0.25, "Gamma γ", "Favours what agrees with the unit's sign; 0: the plain rule.",
        ge=0, le=2, step=0.05,
    )  # fmt: skip
    epsilon: float = knob(
        1e-6, "Epsilon ε", "Swallows weak and contradictory relevance.", ge=1e-9, le=1, log=True
    )

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        self._follow_the_rules(model)
        return x.detach() * gradient(model, x, target)

    def _follow_the_rules(self, model: nn.Module) -> None:
        """Put the rules onto a copy. Raises ValueError, a sentence, where a module has none."""
        demand(model, self.about.label, (*AFFINE, *ELEMENTWISE, *NORMALISING, nn.MaxPool2d))
        for module in model.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                module.register_forward_hook(self._weights)
            elif isinstance(module, ELEMENTWISE):
                module.register_forward_hook(self._activation)
            elif isinstance(module, NORMALISING):
                module.register_forward_hook(_normalisation)

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        return scores(model, x, target) - self.kept(model, x, target)

    def kept(self, model: nn.Module, x: Tensor, target: Tensor) -> Tensor:
        """(B,) the relevance that biases keep: each bias times the slope that the rules give it.

        Arguments as for `attribute`; raises what it raises.
        """
        twin = private(model)
        self._follow_the_rules(twin)
        found = torch.zeros(len(x), dtype=torch.float64, device=x.device)
        biases: list[Tensor] = []
        constants: list[Tensor] = []
        for module in twin.modules():
            if (constant := _constant(module)) is not None:
                biases.append(module.get_parameter("bias").requires_grad_())
                constants.append(constant)
        if not biases:
            return found
        for row in range(len(x)):  # a slope of a bias is a sum over pictures
            with torch.enable_grad():
                score = twin(x[row : row + 1])[0, target[row]]
            slopes = torch.autograd.grad(score, biases, allow_unused=True)
            found[row] = sum(
                float((slope * constant).double().sum())
                for slope, constant in zip(slopes, constants, strict=True)
                if slope is not None
            )
        return found

    def _weights(self, module: nn.Linear | nn.Conv2d, args: tuple[Tensor], z: Tensor) -> Tensor:
        """The rule for a weighted sum, inputs of both signs (the generalised γ rule)."""
        shaped = z
        if self.gamma:
            (a,) = args
            up, down = module.weight.clamp(min=0), module.weight.clamp(max=0)
            apply = _without_bias(module)
            for_it = apply(a.clamp(min=0), up) + apply(a.clamp(max=0), down)  # every term ≥ 0
            against = apply(a.clamp(max=0), up) + apply(a.clamp(min=0), down)  # every term ≤ 0
            shaped = z + self.gamma * torch.where(z > 0, for_it, against)
        return slope(z, shaped, z / self._stable(shaped))

    def _activation(self, _module: nn.Module, args: tuple[Tensor], out: Tensor) -> Tensor:
        return slope(out, args[0], out / self._stable(args[0]))

    def _stable(self, z: Tensor) -> Tensor:
        return z + self.epsilon * torch.where(z < 0, -1.0, 1.0).to(z.dtype)


def _constant(module: nn.Module) -> Tensor | None:
    """What a module adds whatever it is given, a number for each of its biases; None: nothing."""
    bias: Tensor | None = getattr(module, "bias", None)
    if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and bias is not None:
        mean, variance = module.running_mean, module.running_var
        if mean is None or variance is None:
            return None
        return bias.detach() - mean * module.weight.detach() * (variance + module.eps).rsqrt()
    return bias.detach() if isinstance(bias, Tensor) else None


def _without_bias(module: nn.Linear | nn.Conv2d) -> Callable[[Tensor, Tensor], Tensor]:
    if isinstance(module, nn.Linear):
        return F.linear
    return lambda a, weight: F.conv2d(
        a, weight, None, module.stride, module.padding, module.dilation, module.groups
    )


def _normalisation(module: nn.GroupNorm | nn.LayerNorm, args: tuple[Tensor], out: Tensor) -> Tensor:
    """As if the spread did not depend on the input; the mean is subtracted as any sum is."""
    (x,) = args
    if isinstance(module, nn.GroupNorm):
        grouped = x.unflatten(1, (module.num_groups, -1))
        axes = tuple(range(2, grouped.ndim))
        weight = module.weight.reshape(-1, *[1] * (x.ndim - 2))
    else:
        grouped, axes = x, tuple(range(-len(module.normalized_shape), 0))
        weight = module.weight
    centred = grouped - grouped.mean(axes, keepdim=True)
    ratio = (centred.square().mean(axes, keepdim=True) + module.eps).rsqrt().expand_as(grouped)
    return slope(out, centred.reshape(x.shape), ratio.reshape(x.shape) * weight)
