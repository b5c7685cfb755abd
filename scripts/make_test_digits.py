"""Picks 500 digits of MNIST's test part, the first 50 of each class, into one picture of the app.

Run: BLINDSPOT_DATA=folder python scripts/make_test_digits.py
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.data import DATASETS
from engine.data._test_digits import COLUMNS, EACH, PATH

if __name__ == "__main__":
    data = DATASETS["mnist"]().load(0)
    x, y = data.x[-data.test :, 0].numpy(), data.y[-data.test :].numpy()
    chosen = np.concatenate([np.flatnonzero(y == kind)[:EACH] for kind in range(10)])
    rows = x[chosen].reshape(-1, COLUMNS, 28, 28).transpose(0, 2, 1, 3).reshape(-1, COLUMNS * 28)
    PATH.parent.mkdir(exist_ok=True)
    Image.fromarray(rows).save(PATH, optimize=True)
    print(f"{PATH}: {PATH.stat().st_size:,} bytes")
