"""Ways to mask a stack of convolutions. To add one, add one file here."""

from engine.autoregressive.schemes._spec import SCHEMES, Scheme

SCHEMES.discover(__name__)

__all__ = ["SCHEMES", "Scheme"]
