"""Optimizers race on a real network: together, fairly seen, and with what they cost."""
