"""How do two things of one name stay two in a menu? A browser answers with the name alone."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def apart(names: Mapping[K, str]) -> dict[K, str]:
    """What to call each thing of a menu: what shares its name has the end of its key behind it."""
    times = Counter(names.values())
    return {
        key: name if times[name] == 1 else f"{name} · {str(key)[-8:]}"
        for key, name in names.items()
    }
