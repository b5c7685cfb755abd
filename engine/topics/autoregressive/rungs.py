"""The rungs of the ladder, from independent pixels to PixelCNN: what each is trained with."""

from engine.paths import MODELS

FOLDER = MODELS / "ladder"
COMMON = {
    "source": "binarised",
    "conditional": "0",
    "schedule": "cosine",
    "optimizer": "adamw",
    "batch_size": "100",
}
STACK = {
    "model.layers": "8",
    "model.dilations": "1~2~1~4~1~2",
    "optimizer.weight_decay": "0.1",
    "learning_rate": "0.003",
    "batch_size": "64",
}
RUNGS: dict[str, dict[str, str]] = {
    "independent": COMMON | {"model": "markov", "model.k": "0"},
    "markov": COMMON | {"model": "markov", "model.k": "8"},
    "fvsbn": COMMON | {"model": "fvsbn", "learning_rate": "0.01", "epochs": "15"},
    "nade": COMMON | {"model": "nade", "model.hidden": "200", "learning_rate": "0.004"}
    | {"epochs": "12"},
    "made": COMMON | {"model": "made", "model.hidden": "500", "model.direct": "1"}
    | {"learning_rate": "0.002", "epochs": "25", "optimizer.weight_decay": "0.02"},
    "naive": COMMON | STACK | {"model": "naive", "model.channels": "24", "epochs": "4"},
    "pixel_rnn": COMMON | {"model": "pixel_rnn", "model.channels": "16", "epochs": "5"}
    | {"learning_rate": "0.005", "batch_size": "64"},
    "gated": COMMON | STACK | {"model": "gated", "model.channels": "32", "epochs": "5"},
}  # fmt: skip
