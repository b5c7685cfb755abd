"""How well does a density classify, beside a network that was trained to do nothing else?"""

import torch

from engine.autoregressive.bits_per_value import posterior
from engine.autoregressive.density import Density
from engine.autoregressive.pictures import Levels
from engine.data import DATASETS
from engine.models import MODELS
from engine.topics.autoregressive.config import DensityConfig
from engine.training.config import TrainConfig

TESTED = 270  # pictures that are classified


def accuracy(model: Density, pictures: Levels) -> tuple[float, int]:
    """Share of test pictures whose likeliest class is theirs, and how many were tried.

    Raises:
        ValueError: the model is not conditional.
    """
    x, y = pictures.test.x[:TESTED].long(), pictures.test.y[:TESTED]
    guess = torch.from_numpy(posterior(model, x).argmax(1))
    return float((guess == y).float().mean()), len(y)


def rival(config: DensityConfig) -> TrainConfig:
    """The network of the Training lab that is asked the same question about the same pictures."""
    data = config.source.get("data") if config.source.id == "images" else DATASETS["digits"]()
    return TrainConfig(data=data, model=MODELS["cnn"](), epochs=20)
