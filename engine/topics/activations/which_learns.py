"""Which activation learns, all else being equal? And what does a hidden layer buy on XOR?"""

from engine.data import DATASETS
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.layers import Layers
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep
from engine.words import said

EIGHT = ("linear", "logistic", "tanh", "relu", "leaky_relu", "elu", "gelu", "absolute")
XOR_UNITS = (0, 1, 2, 4, 16)  # hidden units that are worth comparing


def which_learns(
    activations: tuple[str, ...] = EIGHT, base: TrainConfig | None = None, seeds: int = 8
) -> Sweep:
    """The same network, first weights and batches with each activation, over seeds.

    Raises:
        ValueError: an activation is unknown, or there are too many networks.
    """
    for name in activations:
        if name not in ACTIVATIONS:
            raise ValueError(ACTIVATIONS.unknown(name))
    base = base or TrainConfig(epochs=100)
    return Sweep(base=base, vary="layers.activation", values=activations, seeds=seeds)


def xor(units: int, activation: str = "tanh", seed: int = 0) -> TrainConfig:
    """XOR with so many hidden units in one layer; 0 is a linear classifier, which cannot.

    One hidden unit of a monotone activation is one straight edge and cannot either (Minsky and
    Papert 1969). Two solve it for its four corners (Rumelhart, Hinton and Williams 1986), not for
    the four squares of these data: far out two monotone units add up to ±α ± β + γ, and XOR would
    need γ < -|α + β| and γ > |α - β|.

    Raises:
        ValueError: a negative number of units, or an unknown activation.
    """
    if units < 0:
        raise ValueError(
            said("The number of hidden units must be at least 0. Received: {units}.", units=units)
        )
    return TrainConfig(
        data=DATASETS["xor"](),
        model=MODELS["mlp"].model_validate({"hidden": (units,) if units else ()}),
        layers=Layers(
            activation=ACTIVATIONS.parse(activation),
            initialiser="xavier_uniform",  # type: ignore
        ),
        learning_rate=0.01,
        epochs=60,
        seed=seed,
    )


def xor_sweep(
    units: tuple[int, ...] = XOR_UNITS, activation: str = "tanh", seeds: int = 8
) -> Sweep:
    """XOR with each number of hidden units, over seeds."""
    values = tuple(str(n) if n else "" for n in units)
    return Sweep(base=xor(0, activation), vary="model.hidden", values=values, seeds=seeds)
