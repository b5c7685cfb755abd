"""The models of tables: one file each."""

from engine.topics.explain_tables.predictors._spec import PREDICTORS, Learnt, Predictor

PREDICTORS.discover(__name__)
__all__ = ["PREDICTORS", "Learnt", "Predictor"]
