"""A memory that walks down the picture row by row: PixelRNN with row LSTMs."""

from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masked import MaskedConv2d, pointwise, reset
from engine.autoregressive.masks import Mask, channel_matrix
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive, Form
from engine.autoregressive.schemes import SCHEMES
from engine.autoregressive.steps import Steps
from engine.config import About, knob
from engine.device import generator


class RowLSTM(nn.Module):
    """o, f, i = σ(·), g = tanh(·) of K_is * x + K_ss * h_above;  c = f ⊙ c_above + i ⊙ g,
    h = o ⊙ tanh(c), a whole row at once.

    K_is sees what is left in the row and the pixel itself, K_ss three pixels of the row above.

    Source: van den Oord et al. 2016, Pixel recurrent neural networks, equation 3.
    """

    def __init__(self, channels: int, own: Mask) -> None:
        super().__init__()
        self.own = MaskedConv2d(channels, 4 * channels, own, repeats=4)
        self.above = nn.Conv1d(channels, 4 * channels, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, F, H, W) to (B, F, H, W)."""
        own = self.own(x)
        h = c = x.new_zeros(x[:, :, 0].shape)  # (B, F, W)
        rows = []
        for row in range(x.shape[2]):
            h, c = self.cell(own[:, :, row] + self.above(h), c)
            rows.append(h)
        return torch.stack(rows, dim=2)

    def cell(self, gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 4F, W) and the memory above, (B, F, W), to state and memory."""
        out, forget, enter, new = gates.chunk(4, dim=1)
        c = torch.sigmoid(forget) * c + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(out) * torch.tanh(c), c


class RowNetwork(nn.Module):
    """A masked convolution, L row LSTMs with sums around them, two 1x1 layers."""

    def __init__(
        self, form: Form, channels: int, layers: int, first: Mask, own: Mask, matrix: Mask
    ) -> None:
        super().__init__()
        self.form = form
        self.look = MaskedConv2d(form.shape[0], channels, first)
        self.memories = [RowLSTM(channels, own) for _ in range(layers)]
        self.layers = nn.ModuleList(self.memories)
        self.mix = pointwise(channels, channels, matrix)
        self.out = pointwise(channels, form.shape[0] * form.width, matrix)
        self.act = nn.ReLU()
        self.condition = nn.Embedding(form.classes, channels) if form.classes else None

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        x = self.begin(self.look(z), y)
        for layer in self.memories:
            x = x + layer(x)
        return self.readout(x)

    def begin(self, x: Tensor, y: Tensor | None) -> Tensor:
        return x if self.condition is None else x + self.condition(y)[:, :, None, None]

    def readout(self, x: Tensor) -> Tensor:
        """(B, F, H, W) to (B, C, P, H, W), pixel by pixel."""
        out: Tensor = self.out(self.act(self.mix(self.act(x))))
        return out.unflatten(1, (self.form.shape[0], self.form.width))

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`: the state of the row above, and one column of this.

        In colour a pixel's column is computed anew after each channel.
        """
        _, _, height, width = z.shape
        z = z.clone()
        above = [z.new_zeros(len(z), layer.above.in_channels, width) for layer in self.memories]
        memory = [state.clone() for state in above]
        for row in range(height):
            said = [layer.above(state) for layer, state in zip(self.memories, above, strict=True)]
            inputs = [torch.zeros_like(state) for state in above]
            now, kept = [torch.zeros_like(state) for state in above], memory
            memory = [torch.zeros_like(state) for state in above]
            for column in range(width):
                for channel in self.form.order:
                    x = self.begin(_at(self.look, z, row, column), y)[:, :, 0]  # (B, F, 1)
                    for number, layer in enumerate(self.memories):
                        inputs[number][:, :, column] = x[:, :, 0]
                        own = _at(layer.own, inputs[number][:, :, None], 0, column)[:, :, 0]
                        gates = own + said[number][:, :, column, None]
                        h, c = layer.cell(gates, kept[number][:, :, column, None])
                        now[number][:, :, column] = h[:, :, 0]
                        memory[number][:, :, column] = c[:, :, 0]
                        x = x + h
                    numbers = self.readout(x[:, :, None])[:, channel, :, 0, 0]
                    z[:, channel, row, column] = yield numbers
            above = now


def _at(conv: MaskedConv2d, x: Tensor, row: int, column: int) -> Tensor:
    """One pixel of a masked convolution, (B, O, 1, 1)."""
    (up, down), (left, right) = conv.rows, conv.columns
    height, width = x.shape[2:]
    rows, columns = range(row + up, row + down + 1), range(column + left, column + right + 1)
    inner = x[
        :, :, max(0, rows.start) : max(0, rows.stop), max(0, columns.start) : max(0, columns.stop)
    ]
    pad = (
        max(0, -columns.start), max(0, columns.stop - width),
        max(0, -rows.start), max(0, rows.stop - height),
    )  # fmt: skip
    return F.conv2d(F.pad(inner, pad), conv.effective(), conv.bias)


@AUTOREGRESSIVE.register
class PixelRNN(Autoregressive):
    about: ClassVar[About] = About(
        id="pixel_rnn",
        label="PixelRNN, row LSTM",
        summary="A state walks down row by row; every pixel sees a triangle of all rows above.",
        formula=r"c = f \odot c_{\uparrow} + i \odot g, \quad h = o \odot \tanh(c), \quad "
        r"(o, f, i, g) = K_{is} * x + K_{ss} * h_{\uparrow}",
        source="van den Oord, Kalchbrenner and Kavukcuoglu 2016, Pixel recurrent neural networks, "
        "section 3.1",
        url="https://arxiv.org/abs/1601.06759",
    )
    channels: int = knob(16, "Channels", "Features of each layer.", ge=3, le=256, log=True)
    layers: int = knob(2, "Layers", "Row LSTMs.", ge=1, le=12)
    first_kernel: Literal[3, 5, 7] = knob(
        7, "First kernel", "Of the layer that looks at the image.", unit="pixels", more=True,
        options={"3": "3", "5": "5", "7": "7"},
    )  # fmt: skip

    def network(self, form: Form, seed: int) -> nn.Module:
        matrix = channel_matrix("B", form.order)
        first = SCHEMES["single"]().masks(3, form.order, self.first_kernel).layer(1)[0]
        own = np.zeros((*matrix.shape, 3, 3), dtype=bool)
        own[:, :, 1, 0], own[:, :, 1, 1] = True, matrix  # all of the pixel to the left
        net = RowNetwork(form, self.channels, self.layers, first, own, matrix)
        for name, layer in net.named_modules():
            if isinstance(layer, nn.Conv1d):
                bound = 1 / (layer.in_channels * layer.kernel_size[0]) ** 0.5
                draw = generator(seed, "weights", name)
                nn.init.uniform_(layer.weight, -bound, bound, generator=draw)
        return reset(net, seed)
