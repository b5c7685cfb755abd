"""Starts the app: imports what is slow and starts the worker while the browser is still opening.

Run: python -m dashboard.serve (PORT and HOST choose the address)
"""

import ast
import importlib
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def warm() -> None:
    """What the first visitor would else wait for: the worker process, imports, a first figure."""
    from dashboard.router import PAGES
    from dashboard.runtime import jobs
    from engine.training import TrainConfig

    jobs()
    TrainConfig().prepared()
    for page in PAGES.glob("*.py"):
        for node in ast.parse(page.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                    with suppress(ModuleNotFoundError):  # most names are no modules
                        importlib.import_module(name)
    from dashboard.figures.curves import curves

    curves("warm", [], per_epoch=1, title="").to_json()  # Plotly loads its schema now


def main() -> None:
    from streamlit.web import cli

    os.chdir(ROOT)  # Streamlit looks for its settings there
    threading.Thread(target=warm, name="blindspot-warm-up", daemon=True).start()
    sys.argv = [
        "streamlit",
        "run",
        str(ROOT / "dashboard" / "app.py"),
        "--server.port",
        os.environ.get("PORT") or "8501",
        "--server.address",
        os.environ.get("HOST") or "127.0.0.1",
    ]
    cli.main()


if __name__ == "__main__":
    main()
