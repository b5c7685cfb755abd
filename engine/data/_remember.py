"""Which prepared data stay in memory? The last used, as long as they are not too large together."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.data._prepare import Prepared

MOST = 6  # entries
MOST_BYTES = 2**30  # of all entries together; the newest one stays even if it alone has more


class Remember:
    """A cache bounded by entries and by bytes, safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Prepared] = OrderedDict()

    def get(self, key: Hashable, make: "Callable[[], Prepared]") -> "Prepared":
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()  # without the lock: two may make the same one, which is only slower
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and (
                len(self._kept) > MOST or sum(map(size, self._kept.values())) > MOST_BYTES
            ):
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def size(prepared: "Prepared") -> int:
    """Bytes of the tensors, scaled and raw."""
    data = prepared.data
    tensors = [*prepared.train, *prepared.validation, *prepared.test, data.x, data.y, data.masks]
    return sum(tensor.nbytes for tensor in tensors if tensor is not None)
