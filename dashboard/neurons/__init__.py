"""What the page Neurons and losses is made of: a file a section."""
