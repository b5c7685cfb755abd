"""Where Shapley values mislead."""
