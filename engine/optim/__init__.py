"""Update rules. To add one, add one file here."""

from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State

OPTIMIZERS.discover(__name__)

__all__ = ["OPTIMIZERS", "Number", "Optimizer", "State"]
