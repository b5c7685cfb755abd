"""CAM: how much does each place of the last feature maps add to the score?"""

from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._rules import named_leaves
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.feature_maps import enlarge
from engine.explain.networks.private import private
from engine.words import said


class Identity(NamedTuple):
    """The parts of S_c = Σ_ij M_c(i, j) + b_c."""

    maps: Tensor  # (B, h, w) M_c = Σ_k w_k^c f_k / (h w): each place's share of the score
    bias: Tensor  # (B,) b_c
    score: Tensor  # (B,) S_c, as the model gives it


@METHODS.register
class CAM(Method):
    about: ClassVar[About] = About(
        id="cam",
        label="CAM",
        summary="The last feature maps, weighted by the class's weights in the last layer. Exact, "
        "and only for networks that average their last maps.",
        formula=r"M_c(i, j) = \frac{1}{Z} \sum_k w_k^c f_k(i, j), \quad "
        r"S_c = \sum_{i,j} M_c(i, j) + b_c",
        source="Zhou, Khosla, Lapedriza, Oliva and Torralba 2016, Learning deep features for "
        "discriminative localization, equations 1 and 2",
        url="https://arxiv.org/abs/1512.04150",
    )
    group: ClassVar[Group] = "cam"
    promise: ClassVar[str] = r"S_c(x) - b_c"

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return 1

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        found = identity(model, x, target).maps
        height, width = x.shape[2:]
        per_pixel = found * (found[0].numel() / (height * width))  # the sum stays the score
        return enlarge(per_pixel[:, None], (height, width))

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        found = identity(model, x, target)
        return found.score - found.bias


def identity(model: nn.Module, x: Tensor, target: Tensor) -> Identity:
    """CAM's identity at the resolution of the maps.

    Args:
        model: from (B, C, H, W) to logits (B, K); left as it was.
        x: (B, C, H, W).
        target: (B,).

    Raises:
        ValueError: the model does not end in an average of maps and one linear layer.
    """
    model = private(model)
    leaves = [module for _, module in named_leaves(model)]
    pools = [
        m for m in leaves if isinstance(m, nn.AdaptiveAvgPool2d) and m.output_size in (1, (1, 1))
    ]
    heads = [m for m in leaves if isinstance(m, nn.Linear)]
    refusal = said("CAM needs a network that ends in an average of its maps and one linear layer.")
    if not pools or not heads:
        raise ValueError(refusal)
    head, given = heads[-1], []
    hook = pools[-1].register_forward_hook(lambda _m, args, _o: given.append(args[0].detach()))
    with torch.no_grad():
        logits = model(x)
    hook.remove()
    f = given[0]  # (B, K, h, w)
    if f.shape[1] != head.in_features:
        raise ValueError(refusal)
    weight = head.weight[target]  # (B, K)
    bias = logits.new_zeros(len(x)) if head.bias is None else head.bias[target]
    maps = torch.einsum("bk,bkij->bij", weight, f) / f[0, 0].numel()
    score = logits.gather(1, target[:, None]).squeeze(1)
    if not torch.allclose(maps.sum((1, 2)) + bias, score, rtol=1e-3, atol=1e-3):
        raise ValueError(refusal)  # something else lies between the average and the answer
    return Identity(maps, bias.detach(), score)
