"""Measures what the pages open on and what takes minutes: the files of assets/results.

Run: python scripts/make_results.py [board] [sanity] [hans] [stability] [texture-3 … digits-7]
    [museum] [wedge] [shrinking] [density] [colour] [edge] [ladder] [tables]


    [museum] [wedge] [shrinking] [density] [colour] [edge] [features] [tables]
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.blind_spot import cost
from dashboard.blind_spot.view import SpotView
from dashboard.explain_tables.view import TablesView
from dashboard.sampling import shrinking
from engine.data import DATASETS
from engine.device import leave_a_core_to_the_server
from engine.runs.shipped import ship
from engine.runs.work import Work
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.exhibit import Exhibit
from engine.topics.autoregressive.museum import MUSEUM
from engine.topics.explain_images.board import Board
from engine.topics.explain_images.clever_hans import CleverHans
from engine.topics.explain_images.sanity import Sanity
from engine.topics.explain_images.stability import Stability
from engine.topics.explain_tables.accuracy import Accuracy
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.pitfalls.backgrounds import Backgrounds
from engine.topics.explain_tables.pitfalls.fraud_case import FraudCase
from engine.topics.ladder.sources import Source
from engine.topics.ladder.work import ExactLadder, OrderLottery
from engine.topics.neurons.pixels import FeaturesOrPixels
from engine.topics.optimizers.landscape.edge import Edge

IN_COLOUR = {
    "source.data": "shapes", "source.data.size": "16", "source.data.examples": "6000",
    "source.levels": "8", "epochs": "12",
}  # fmt: skip
RESULTS: dict[str, list[Work]] = {
    "board": [Board()],
    "sanity": [Sanity()],
    "hans": [CleverHans()],
    "stability": [Stability()],
    **{
        f"{name}-{kernel}": list(pair.values())
        for kernel in (3, 5, 7)
        for name, pair in cost.pairs(SpotView(kernel=kernel)).items()
    },
    "museum": [Exhibit(piece=piece) for piece in MUSEUM],
    "wedge": [one for kernel in (3, 5, 7) for one in cost.with_and_without(kernel)],
    "shrinking": [shrinking.config(share) for share in shrinking.SHARES],
    "density": [DensityConfig()],
    "colour": [DensityConfig.read(IN_COLOUR)[0]],
    "edge": [Edge(), Edge(base=Edge().base.with_("batch_size", 8).with_("epochs", 75))],
    "ladder": [
        ExactLadder(),
        ExactLadder(examples=200),
        ExactLadder(source=Source(kind="ising")),
        ExactLadder(cheat=True),
        OrderLottery(),
        OrderLottery(source=Source(kind="ising"), rung="markov"),
    ],
    "features": [FeaturesOrPixels()],
    "tables": [
        TablesView().everyone,
        TablesView().with_("model.data", DATASETS["breast_cancer"]()).everyone,
        Accuracy(),
        EstimatorComparison(),
        Backgrounds(),
        FraudCase(),
    ],
}
WEIGHTS = ("density", "colour", "tables")  # a network, or what a page takes apart
END = ("tables",)  # of which the end alone is kept, and every digit of it
EXACT = ("tables", "ladder")  # of which every digit is kept

if __name__ == "__main__":
    leave_a_core_to_the_server()  # as the app's workers do
    for chosen in sys.argv[1:] or list(RESULTS):
        for config in RESULTS[chosen]:
            print(f"{chosen}: {config.key}", flush=True)
            ship(
                config,
                torch.device("cpu"),
                weights=chosen in WEIGHTS,
                half=chosen not in EXACT,
                film=chosen not in END,
            )
