"""Optimizers on surfaces of two weights: what they do, step by step and from every start."""
