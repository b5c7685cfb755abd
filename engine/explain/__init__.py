"""Why did a network answer so? Attributions of images and of tables, scored against the truth."""
