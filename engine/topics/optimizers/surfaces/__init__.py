"""Test surfaces that optimizers walk on. To add one, add one file here."""

from engine.topics.optimizers.surfaces._spec import SURFACES, Surface

SURFACES.discover(__name__)

__all__ = ["SURFACES", "Surface"]
