"""However many visitors come, few pages are computed at once, and each comes to its turn."""

import threading
import time

from dashboard.core.crowd import ROOM


def test_no_more_are_inside_than_there_is_room_for() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def visitor() -> None:
        nonlocal inside, most
        with ROOM:
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    visitors = [threading.Thread(target=visitor) for _ in range(60)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join(timeout=30)
    assert inside == 0 and 1 < most <= ROOM._initial_value  # type: ignore[attr-defined]


def test_a_page_that_ends_in_an_error_leaves_its_place() -> None:
    for _ in range(40):
        try:
            with ROOM:
                raise RuntimeError
        except RuntimeError:
            pass
    assert ROOM._value == ROOM._initial_value  # type: ignore[attr-defined]
