"""One masked convolution after another: the first PixelCNN, with its blind spot."""

from typing import ClassVar

from torch import nn

from engine.autoregressive.mask_stack import MaskedStack
from engine.autoregressive.masked import dilations, reset
from engine.autoregressive.masks import channel_matrix
from engine.autoregressive.models._knobs import (
    Dilations,
    Kernel,
    dilations_knob,
    first_kernel,
    kernel,
)
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive, Form
from engine.autoregressive.schemes import SCHEMES
from engine.config import About, knob


@AUTOREGRESSIVE.register
class Naive(Autoregressive):
    about: ClassVar[About] = About(
        id="naive",
        label="PixelCNN, one stack",
        summary="Masked convolutions on each other; a wedge of the past stays unseen.",
        formula=r"h_\ell = h_{\ell-1} + "
        r"\varphi\big((W_\ell \odot \mathrm{mask}) * h_{\ell-1} + b_\ell\big), "
        r"\quad h_1 \text{ without the sum}",
        source="van den Oord et al. 2016, Pixel recurrent neural networks, section 3.5",
        url="https://arxiv.org/abs/1601.06759",
    )
    channels: int = knob(32, "Channels", "Feature maps of each layer.", ge=3, le=256, log=True)
    layers: int = knob(7, "Layers", "Masked convolutions.", ge=1, le=30)
    kernel: Kernel = kernel()
    first_kernel: Kernel = first_kernel(7)
    dilations: Dilations = dilations_knob()
    residual: bool = knob(True, "Residual", "Add each layer's input to its output.", more=True)

    def network(self, form: Form, seed: int) -> nn.Module:
        masks = SCHEMES["single"]().masks(self.kernel, form.order, self.first_kernel)
        net = MaskedStack(
            masks,
            self.layers,
            self.channels,
            form.width,
            dilation=dilations(self.layers, self.dilations),
            mix=channel_matrix("B", form.order),
            classes=form.classes,
            residual=self.residual,
        )
        return reset(net, seed)
