"""The ways to get Shapley values of a table's row: one file each."""

from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimate, Estimator, estimate

ESTIMATORS.discover(__name__)
__all__ = ["ESTIMATORS", "Estimate", "Estimator", "estimate"]
