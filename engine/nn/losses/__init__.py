"""Losses. To add one, add one file here."""

from engine.nn.losses._spec import LOSSES, Loss

LOSSES.discover(__name__)

__all__ = ["LOSSES", "Loss"]
