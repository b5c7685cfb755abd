"""Densities as products: masks, receptive fields, likelihood, sampling."""
