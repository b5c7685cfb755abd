"""What does a column of the index say, whatever somebody else may have written into it?"""

import json
import math
from typing import Any

from engine.words import unpack


def number(value: object) -> float:
    """Of a column; 0 for what is none."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0


def by_name(text: object) -> dict[str, Any]:
    """What JSON holds by name; nothing where it is damaged."""
    try:
        found = json.loads(text) if isinstance(text, str | bytes) else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def sentence(value: object) -> str:
    """A sentence as it was packed; as it stands where it is damaged."""
    try:
        return unpack(str(value))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return str(value)
