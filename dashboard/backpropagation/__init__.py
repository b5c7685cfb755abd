"""What the page Backpropagation is made of: a file a section."""
