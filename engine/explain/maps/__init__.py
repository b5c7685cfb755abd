"""What is done with a map of importance, whoever drew it."""
