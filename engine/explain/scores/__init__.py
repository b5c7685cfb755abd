"""Scores of explanations. To add one, add one file here."""

from engine.explain.scores._spec import SCORES, Case, Score

SCORES.discover(__name__)

__all__ = ["SCORES", "Case", "Score"]
