"""Densities: trained, shipped, and what goes wrong with their masks."""
