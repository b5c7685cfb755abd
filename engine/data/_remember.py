"""Which prepared data stay in memory? The last used, as long as they are not too large together."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")
MOST = 6  # entries
MOST_BYTES = 2**30  # of all entries together; the newest one stays even if it alone has more


class Remember(Generic[V]):
    """A cache bounded by entries and by bytes, safe to use from several threads."""

    def __init__(self, size: Callable[[V], int]) -> None:
        """
        Args:
            size: bytes of an entry.
        """
        self._lock, self._size = threading.Lock(), size
        self._kept: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()  # without the lock: two may make the same one, which is only slower
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and (
                len(self._kept) > MOST or sum(map(self._size, self._kept.values())) > MOST_BYTES
            ):
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
