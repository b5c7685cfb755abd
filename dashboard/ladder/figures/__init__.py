"""Figures of the ladder: arrays in, figures out."""
