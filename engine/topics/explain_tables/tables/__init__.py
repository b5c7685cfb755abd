"""Tables to explain: shipped, or brought by a visitor."""
