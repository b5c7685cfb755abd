"""What the page about the blind spot is made of: a file a section."""
