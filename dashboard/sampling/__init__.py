"""What the page about sampling is made of: a file a section."""
