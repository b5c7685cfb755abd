"""What can be set on the page of the autoregressive ladder? Each section's own config."""

from typing import Literal

from engine.config import Config, knob
from engine.topics.ladder.work import ExactLadder, OrderLottery


class LadderView(Config):
    """The config of every section, and what is looked at."""

    exact: ExactLadder = ExactLadder()
    rung: Literal[
        "independent", "markov", "table", "fvsbn", "nade", "made", "pixel_rnn", "naive", "gated",
        "cheat",
    ] = knob(
        "markov",
        "Looked at",
        "The model whose probabilities stand against the source's.",
        options={
            "independent": "independent pixels",
            "markov": "4-Markov table",
            "table": "full table",
            "fvsbn": "FVSBN",
            "nade": "NADE",
            "made": "MADE",
            "pixel_rnn": "PixelRNN",
            "naive": "PixelCNN, naive",
            "gated": "PixelCNN, gated",
            "cheat": "MADE that sees one pixel",
        },
    )  # fmt: skip
    lottery: OrderLottery = OrderLottery()
