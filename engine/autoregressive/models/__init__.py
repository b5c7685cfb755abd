"""Autoregressive models of images. To add one, add one file here."""

from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive

AUTOREGRESSIVE.discover(__name__)

__all__ = ["AUTOREGRESSIVE", "Autoregressive"]
