"""What does one layer of any network consist of, in which order, and with which weights?"""

from typing import Annotated, Literal

from torch import nn

from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS, Activation
from engine.nn.dropout import Dropout
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.plain import Plain

Norm = Literal["none", "batch", "layer"]


class Layers(Config):
    """What all layers of a network share: weights -> normalisation -> activation -> dropout."""

    activation: Annotated[Activation, ACTIVATIONS.field()] = knob(
        ACTIVATIONS["tanh"](), "Activation", "The non-linearity after each hidden layer."
    )
    initialiser: Annotated[Initialiser, INITIALISERS.field()] = knob(
        INITIALISERS["torch_default"](),
        "Initial weights",
        "Where the weights start; biases start at zero.",
        more=True,
    )
    normalisation: Norm = knob(
        "none",
        "Normalisation",
        "Between weights and activation: over the batch, or over the features of one example.",
        options={"none": "none", "batch": "batch", "layer": "layer"},
        more=True,
    )
    dropout: float = knob(
        0.0,
        "Dropout",
        "Share of hidden units silenced at each update.",
        ge=0,
        le=0.9,
        step=0.05,
        more=True,
    )

    def after(self, number: int | str, features: int, *, image: bool) -> dict[str, nn.Module]:
        """The modules behind weight layer `number`, by name, each fresh."""
        found: dict[str, nn.Module] = {}
        match self.normalisation:
            case "batch":
                found[f"norm{number}"] = (nn.BatchNorm2d if image else nn.BatchNorm1d)(features)
            case "layer":
                # Over (C, H, W) of one example: one group of all channels.
                found[f"norm{number}"] = (
                    nn.GroupNorm(1, features) if image else nn.LayerNorm(features)
                )
        found[f"act{number}"] = self.activation.build()
        if self.dropout:
            found[f"drop{number}"] = Dropout(self.dropout)
        return found

    def reset(self, model: nn.Module, seed: int) -> nn.Module:
        """Draw all weights again, from the seed and the layer's name; biases become zero.

        A layer of the same name and shape so starts with the same weights in any network.
        """
        for name, module in model.named_modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                self.initialiser.fill(module.weight, generator(seed, "weights", name))
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        return model

    def source(self, plain: Plain) -> str:
        """`reset` as plain torch; its name."""
        drawn = f'{plain.function(generator)}(seed, "weights", name)'
        draw = self.initialiser.source(plain, "module.weight", drawn)
        return plain.add("started", STARTED.format(draw=draw))


STARTED = '''def started(model, seed):
    """Draw the weights of each layer from the seed and the layer's name; biases become zero."""
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            with torch.no_grad():
                {draw}
            nn.init.zeros_(module.bias)
    return model'''


def weights_by_layer(model: nn.Module) -> dict[str, nn.Parameter]:
    """Weights of two or more dimensions, by the name of their layer, in forward order."""
    return {
        name.removesuffix(".weight"): value
        for name, value in model.named_parameters()
        if value.ndim > 1
    }
