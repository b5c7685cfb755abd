"""The Activations page: everything that the page composes, one file a section."""
