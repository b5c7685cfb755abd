"""The entry point. Run: streamlit run dashboard/app.py"""

import sys
from pathlib import Path

if __name__ == "__main__":  # worker processes import this file too; they must not start an app
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # Streamlit adds only dashboard/

    from dashboard.core.crowd import ROOM
    from dashboard.core.shell import show

    with ROOM:
        show()
