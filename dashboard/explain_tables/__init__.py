"""What the page Explain tables is made of: a file a section."""
