"""Where do the program's own files lie?"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "assets"
MODELS = ASSETS / "models"
RESULTS = ASSETS / "results"
TEXT = ASSETS / "text"  # a folder a language
