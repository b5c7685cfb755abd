"""What the page Neurons and losses asks."""
