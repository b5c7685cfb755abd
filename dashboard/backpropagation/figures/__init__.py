"""Figures of the page Backpropagation."""
