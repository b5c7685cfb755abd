"""Shapley values: the question, and its exact answer."""
