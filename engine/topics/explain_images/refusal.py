"""What does a method of explanation ask of a network that it may not have?"""

from functools import lru_cache

import torch

from engine.explain.methods import METHODS
from engine.networks.classifiers import Classifier
from engine.words import why

CHEAP = 8  # passes of a map; methods that need more of them ask nothing of the network but answers


@lru_cache(maxsize=256)
def refusal(of: Classifier, name: str) -> str:
    """What the network lacks for a method, in a sentence; empty where it lacks nothing."""
    method, x = METHODS[name](), torch.zeros(1, *of.shape)
    try:
        if method.passes(of.model, x) <= CHEAP:
            method.attribute(of.model, x, torch.tensor([0]))
    except ValueError as error:
        return why(error)
    return ""
