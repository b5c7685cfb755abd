"""An autoencoder without the paths that would let an output see itself: MADE."""

from typing import Annotated, ClassVar, Literal

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.degrees import allowed, degrees_of
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Form, Placed
from engine.autoregressive.steps import Steps
from engine.config import About, knob
from engine.device import generator

Width = Annotated[int, Field(ge=1, le=4000)]


class MaskedLayers(nn.Module):
    """h_l = relu(b_l + (W_l ⊙ M_l) h_{l-1}),  θ = c + (V ⊙ M) h_L + (A ⊙ M') x.

    Unit k of degree m(k) sees units of a degree of at most m(k); output i sees those below i.

    Source: Germain et al. 2015, MADE: masked autoencoder for distribution estimation, eq. 8-14.
    """

    def __init__(
        self, form: Form, arrangement: Arrangement, degrees: list[Tensor], direct: bool, seed: int
    ) -> None:
        super().__init__()
        self.arrangement, size = arrangement, form.values
        self.degrees = [torch.arange(1, size + 1), *degrees]  # (N,), (H_1,), …
        draw = generator(seed, "weights", "made")
        self.hidden: list[nn.Linear] = []  # registered one by one below
        for number, (before, after) in enumerate(zip(self.degrees, degrees, strict=False)):
            layer = nn.Linear(len(before), len(after))
            mask = allowed(before, after)
            self.register_buffer(f"mask_{number}", mask, persistent=False)
            _reset(layer, mask, draw)
            self.add_module(f"hidden_{number}", layer)
            self.hidden.append(layer)
        last, outputs = self.degrees[-1], torch.arange(1, size + 1)
        self.outward = nn.Parameter(torch.zeros(form.width, size, len(last)))
        self.bias = nn.Parameter(torch.zeros(form.width, size))
        self.direct = nn.Parameter(torch.zeros(form.width, size, size)) if direct else None
        self.register_buffer("mask_out", allowed(last, outputs - 1), persistent=False)
        self.register_buffer("mask_direct", allowed(outputs, outputs - 1), persistent=False)
        with torch.no_grad():
            mask = self.get_buffer("mask_out")
            seen = mask.sum(1).clamp(min=1).sqrt()[:, None]
            self.outward.copy_(
                (2 * torch.rand(self.outward.shape, generator=draw) - 1) / seen * mask
            )
        self.act = nn.ReLU()
        self.condition = nn.Embedding(form.classes, len(degrees[0])) if form.classes else None
        self.outputs = nn.Embedding(form.classes, form.width * size) if form.classes else None
        for table in (self.condition, self.outputs):
            if table is not None:
                nn.init.zeros_(table.weight)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        values = h = self.arrangement.row(z)
        for number, layer in enumerate(self.hidden):
            weight = layer.weight * self.get_buffer(f"mask_{number}")
            h = F.linear(h, weight, layer.bias)
            if number == 0 and self.condition is not None:
                h = h + self.condition(y)
            h = self.act(h)
        rows = self.first(len(z), y) + torch.einsum(
            "bh,pnh->bpn", h, self.outward * self.get_buffer("mask_out")
        )
        if self.direct is not None:
            direct = self.direct * self.get_buffer("mask_direct")
            rows = rows + torch.einsum("bn,pin->bpi", values, direct)
        return self.arrangement.picture(rows)

    def first(self, count: int, y: Tensor | None) -> Tensor:
        """(B, P, N) of what no value says."""
        if self.outputs is None:
            return self.bias.expand(count, -1, -1)
        return self.bias + self.outputs(y).unflatten(1, self.bias.shape)

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`.

        A unit of degree d is complete once d values are known, so each unit is computed once.
        """
        size = self.arrangement.size
        features = [z.new_zeros(len(z), len(degrees)) for degrees in self.degrees]
        start = self.first(len(z), y)
        masks = [self.get_buffer(f"mask_{number}") for number in range(len(self.hidden))]
        seen, direct = self.get_buffer("mask_out"), self.get_buffer("mask_direct")
        for i in range(size):
            known = seen[i].nonzero()[:, 0]
            numbers = start[:, :, i] + features[-1][:, known] @ self.outward[:, i, known].T
            if self.direct is not None:
                before = direct[i].nonzero()[:, 0]
                numbers = numbers + features[0][:, before] @ self.direct[:, i, before].T
            features[0][:, i] = yield numbers
            for number, layer in enumerate(self.hidden):
                new = (self.degrees[number + 1] == i + 1).nonzero()[:, 0].to(z.device)
                if not len(new):
                    continue
                weight = layer.weight[new] * masks[number][new]
                h = F.linear(features[number], weight, layer.bias[new])
                if number == 0 and self.condition is not None:
                    h = h + self.condition(y)[:, new]
                features[number + 1][:, new] = self.act(h)


def _reset(layer: nn.Linear, mask: Tensor, draw: torch.Generator) -> None:
    """U(-1/√n, 1/√n), n being what a unit sees; biases zero."""
    with torch.no_grad():
        bound = 1 / mask.sum(1).clamp(min=1).sqrt()[:, None]
        layer.weight.copy_((2 * torch.rand(layer.weight.shape, generator=draw) - 1) * bound * mask)
        layer.bias.zero_()


@AUTOREGRESSIVE.register
class MADE(Placed):
    about: ClassVar[About] = About(
        id="made",
        label="MADE",
        summary="An autoencoder whose masks leave no path from a pixel to itself or to earlier "
        "ones.",
        formula=r"M_{kd} = 1[m(k) \ge d], \quad M^V_{dk} = 1[d > m(k)]",
        source="Germain, Gregor, Murray and Larochelle 2015, MADE: masked autoencoder for "
        "distribution estimation",
        url="https://arxiv.org/abs/1502.03509",
    )
    hidden: tuple[Width, ...] = knob((100,), "Hidden layers", "Units of each layer.", max_length=4)
    degrees: Literal["even", "random"] = knob(
        "even",
        "Degrees",
        "How many values a unit may see: spread evenly, or drawn at random.",
        options={"even": "even", "random": "random"},
        more=True,
    )
    mask_seed: int = knob(0, "Mask seed", "Draws random degrees.", ge=0, le=2**31 - 1, more=True)
    direct: bool = knob(
        True, "Direct connection", "Inputs are also joined to outputs without a hidden layer."
    )

    def network(self, form: Form, seed: int) -> nn.Module:
        drawn = self.mask_seed if self.degrees == "random" else None
        degrees = degrees_of(form.values, self.hidden, drawn)
        return MaskedLayers(form, self.arrangement(form), degrees, self.direct, seed)
