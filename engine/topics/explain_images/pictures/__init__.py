"""Pictures to explain, some of them with known evidence."""
