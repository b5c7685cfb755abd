"""The Explain tables page: what it composes."""
