"""The sections of the page that explains images."""
