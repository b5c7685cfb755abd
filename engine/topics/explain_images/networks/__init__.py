"""The trained networks that can be explained."""
