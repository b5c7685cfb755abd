"""Starts the app: imports what is slow first, and the worker while the browser is opening.

Run: python -m dashboard.serve (PORT and HOST choose the address)
"""

import gc
import importlib
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import suppress

import numpy as np
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.core.chart import ADDRESS, library
from dashboard.core.hosts import Guard, hosts_of
from engine.paths import ROOT


def address() -> tuple[str, int]:
    """Where to listen; ends with a sentence where that cannot be, before anything slow is done."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8501"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        sys.exit(f"PORT must be a number from 1 to 65535. Received: {port!r}.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, int(port)), family=family).close()
    except OSError as error:
        sys.exit(
            f"Port {port} of {host} cannot be used: {error.strerror}. Another Blindspot may have "
            "it; choose another port, for example: make run PORT=8502"
        )
    return host, int(port)


def load_pages() -> None:
    """Import what every page needs, before anybody can ask: a server that answers answers fast."""
    from dashboard.core import lessons
    from dashboard.core.router import find_pages
    from dashboard.core.scenes import scenes
    from dashboard.core.sections import sections_of
    from dashboard.figures.curves import Line, curves
    from dashboard.language import languages, template
    from engine.runs.work import import_kinds
    from engine.training.config import TrainConfig
    from engine.training.train import train

    # Streamlit warns of each cache made before its server: it will be kept in memory. So be it.
    logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
        lambda record: "No runtime found" not in record.getMessage()
    )
    for page in find_pages():
        for name in page.imports:
            with suppress(ModuleNotFoundError):  # most names are no modules
                importlib.import_module(name)
        sections_of(page.name)
        scenes(page.name)
    import_kinds()
    template()
    for language in languages():
        for page in find_pages():
            lessons.load(page.name, language)
    line = Line("warm", np.arange(2), np.zeros(2), 0)
    curves("warm", [line], per_epoch=1, title="", at=0).to_json()  # Plotly loads its parts now
    list(train(TrainConfig(), until=0))  # torch imports a second's worth with the first optimizer
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every run: 0.3 s with all that was just imported


def open_store() -> None:
    """Ends with a sentence where runs cannot be kept."""
    from dashboard.core.runtime import store
    from engine.runs.files import StoreError

    try:
        store()
    except StoreError as error:
        sys.exit(str(error))


def start_worker() -> None:
    """What may go on while the first page is drawn: the worker process."""
    from dashboard.core.runtime import jobs

    jobs()


async def plotly(_: Request) -> Response:
    """The drawing library, which a browser asks for once."""
    return Response(
        library(),
        media_type="text/javascript",
        headers={
            "Content-Encoding": "gzip",
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )


def main() -> None:
    os.chdir(ROOT)  # Streamlit looks for its settings there
    sys.setswitchinterval(0.0005)  # seconds: files and messages go out while a page is computed
    host, port = address()
    library()
    load_pages()
    open_store()
    threading.Thread(target=start_worker, name="blindspot-start", daemon=True).start()
    # Told to end by a service manager, it ends as with Ctrl+C: what runs is kept and can go on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    guard = Middleware(Guard, known=hosts_of(host), address=host)
    app = st.App(ROOT / "dashboard" / "app.py", routes=[Route(ADDRESS, plotly)], middleware=[guard])
    app.run(config={"server.port": port, "server.address": host})


if __name__ == "__main__":
    main()
