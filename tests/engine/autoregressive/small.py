"""Sizes of the models that have weights or a memory, small enough for tests of all of them."""

PLACED = {
    "made": {"hidden": (9, 8)},
    "markov": {"k": 1},
    "nade": {"hidden": 7},
    "pixel_rnn": {"channels": 6, "layers": 2},
}
