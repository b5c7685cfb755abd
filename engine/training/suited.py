"""Which two settings of a training do not go together, though each of them may be chosen?

Nothing is refused: links stay, and what does not fit can be tried. It is said beside the result.
"""

import math

from engine.nn.layers import Layers
from engine.training.config import TrainConfig
from engine.words import said

LEAST, MOST = 0.75, 1.35  # of the std that a layer hands on: beyond, depth tells
FEW = 8  # examples, of which statistics are mostly chance


def doubts(config: TrainConfig) -> list[str]:
    """A sentence for each pair of settings that work against each other; mostly none."""
    if not config.model.layered or getattr(config.model, "hidden", True) == ():
        return []  # no hidden layer that any of them could change
    layers = config.layers
    found = _of_dropout(layers) + _of_weights(layers)
    if layers.normalisation == "batch" and config.batch_size < FEW:
        found.append(
            said(
                "Batch normalisation measures each batch, and batches of {size} examples say "
                "little: take larger ones, or normalise over the features.",
                size=config.batch_size,
            )
        )
    return found


def _of_dropout(layers: Layers) -> list[str]:
    if not layers.dropout:
        return []
    if layers.activation.id == "selu":
        return [
            said(
                "SELU keeps mean 0 and variance 1 by itself, and plain dropout, which is used "
                "here, breaks that: at a share of {share:g} the variance grows layer by layer. "
                "Its authors use alpha dropout. Leave dropout out, or take another activation.",
                share=layers.dropout,
            )
        ]
    if layers.normalisation == "batch":
        return [
            said(
                "Dropout behind batch normalisation shifts the variance: the next layer learns its "
                "statistics with silenced units and is evaluated without (Li et al. 2019). One of "
                "both is mostly enough."
            )
        ]
    return []


def _of_weights(layers: Layers) -> list[str]:
    activation, rule = layers.activation, layers.initialiser
    if activation.id == "selu" and layers.normalisation != "none":
        return [
            said(
                "SELU normalises by itself: beside a normalisation it is one more ELU, and scaled."
            )
        ]
    if layers.normalisation != "none" or not rule.scaled or rule.id == "torch_default":
        return []  # a normalisation cancels the scale of weights
    if activation.saturates == "both sides" or activation.gain is None:
        return []
    wide = (1024, 1024)
    factor = rule.spread(wide) * math.sqrt(wide[1]) / activation.exact_gain()
    if LEAST <= factor <= MOST:
        return []
    return [
        said(
            "{rule} does not suit {activation}: each layer multiplies the strength of a signal by "
            "about {factor:.2f}. Fewer layers, a normalisation or another rule help.",
            rule=rule.about.label,
            activation=activation.about.label,
            factor=factor,
        )
    ]
