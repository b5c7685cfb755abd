"""Sections of the Optimizers page: each shows one question about how weights move."""
