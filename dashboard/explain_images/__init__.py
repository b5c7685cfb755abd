"""What the page Explain images is made of: a file a section."""
