"""Starts the app: imports what is slow and starts the worker while the browser is still opening.

Run: python -m dashboard.serve (PORT and HOST choose the address)
"""

import os
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def warm() -> None:
    """What the first visitor would else wait for: imports, the worker process, scikit-learn."""
    from dashboard.runtime import jobs
    from engine.training import TrainConfig

    jobs()
    TrainConfig().prepared()


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
