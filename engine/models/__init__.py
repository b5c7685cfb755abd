"""Architectures. To add one, add one file here."""

from engine.models._spec import MODELS, Model

MODELS.discover(__name__)

__all__ = ["MODELS", "Model"]
