"""What does a part compute, as plain torch that stands alone?

A part's own code is its source: a function is copied with what it needs, and what this part's
settings decide is decided. Annotations go, a branch that is not taken goes, a check of what has
been checked goes, and a setting becomes an argument with its value. So nothing is written twice.
"""

from engine.plain.definitions import Plain
from engine.plain.source import literal

__all__ = ["Plain", "literal"]
