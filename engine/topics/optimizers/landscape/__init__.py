"""The loss around a trained network: along lines, on planes, and how sharply it bends."""

from engine.topics.optimizers.landscape.around import Around
from engine.topics.optimizers.landscape.directions import Plane, filter_normalised, plane_of
from engine.topics.optimizers.landscape.sharpness import Top, top_eigenvalue

__all__ = ["Around", "Plane", "Top", "filter_normalised", "plane_of", "top_eigenvalue"]
