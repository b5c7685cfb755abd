"""What explanations need of a network."""
