"""First weights. To add a rule, add one file here."""

from engine.nn.initialisers._spec import INITIALISERS, Initialiser

INITIALISERS.discover(__name__)

__all__ = ["INITIALISERS", "Initialiser"]
