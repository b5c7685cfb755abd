"""What the page Activations is made of: a file a section."""
