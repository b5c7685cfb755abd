"""How many pages are computed at once? So many as keep the server answering; the others wait.

Python runs one thread at a time. With 250 visitors at once each page and the thread that talks to
browsers would get a 251st of it, and browsers would give up on a server that answers no ping.
"""

import os
import threading

ROOM = threading.BoundedSemaphore(max(4, 2 * (os.cpu_count() or 1)))
