"""Autoregressive models of images: masks, what they let through, likelihoods and sampling."""
