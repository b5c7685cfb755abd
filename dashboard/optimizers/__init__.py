"""What the page Optimizers is made of: a file a section."""
