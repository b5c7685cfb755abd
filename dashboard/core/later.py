"""How do maps that take a while arrive on a page without holding it up?

One thread beside the pages computes them one after the other and keeps what it found. It touches
nothing of Streamlit; a page asks again until all have come.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any


class Later:
    """Results by key, the newest `most` of them."""

    def __init__(self, most: int = 200) -> None:
        self._pool = ThreadPoolExecutor(1, "blindspot-maps")
        self._found: OrderedDict[str, Future[Any]] = OrderedDict()
        self._lock, self._most = threading.Lock(), most

    def ask(self, key: str, make: Callable[[], Any]) -> Future[Any]:
        """The result of `make`, now or later; the same key is computed once."""
        with self._lock:
            future = self._found.get(key)
            if future is None or future.cancelled():
                future = self._pool.submit(make)
                self._found[key] = future
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)[1].cancel()
            return future

    def drop(self, keys: Iterable[str]) -> None:
        """Nobody waits for these any more: those not begun are not computed."""
        with self._lock:
            for key in keys:
                if (future := self._found.get(key)) and future.cancel():
                    del self._found[key]


@cache
def later() -> Later:
    """The one of this server process."""
    return Later()


def soon(futures: Iterable[Future[Any]], seconds: float = 0.12) -> bool:
    """Wait a moment; whether some are still missing."""
    return bool(wait(list(futures), timeout=seconds).not_done)
