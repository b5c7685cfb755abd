"""What the Training lab is made of."""
