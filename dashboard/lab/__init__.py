"""The Training lab: everything that the page composes."""
