"""Measures what the pages open on and what takes minutes: the files of assets/results.

Run: python scripts/make_results.py [board] [sanity] [hans]
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.device import leave_a_core_to_the_server
from engine.explain.board import Board
from engine.explain.clever_hans import CleverHans
from engine.explain.kept import keep
from engine.explain.sanity import Sanity

RESULTS = {"board": Board(), "sanity": Sanity(), "hans": CleverHans()}

if __name__ == "__main__":
    leave_a_core_to_the_server()  # as the app's workers do
    for chosen in sys.argv[1:] or list(RESULTS):
        print(f"{chosen}: {RESULTS[chosen].key}", flush=True)
        keep(RESULTS[chosen], torch.device("cpu"))
