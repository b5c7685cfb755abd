"""How does a script that stands alone come to the three parts of a data set? As `prepare` does."""

import torch

from engine.data import Prepared, divided, noisy, of_channels, of_columns, safe
from engine.plain import Plain
from engine.training.config import TrainConfig


def parts_of(plain: Plain, config: TrainConfig, data: Prepared) -> str:
    """A function from the data's seed to (x, y) of each part; its name.

    Args:
        plain: what it is added to.
        config: whose data they are.
        data: of that config; its sizes are told, so the function decides nothing.
    """
    plain.imports.add("import torch")
    loaded = config.data.source(plain, "seed")
    published, rows = data.data.test, len(data.data.y)
    others, watched = rows - published, len(data.validation.y)
    group = "y" if data.classes else f"torch.zeros({others}, dtype=torch.int64)"
    if data.classes and published:
        group = f"y[:{others}]"
    kept = 0 if published else len(data.test.y)
    split = f"{plain.function(divided)}({group}, {watched}, {kept}, seed)"
    lines = [f"x, y = {loaded}", f"train, validation, test = {split}"]
    if published:
        lines.append(f"test = torch.arange({others}, {rows})  # as published")
    if config.train_share < 1:
        lines.append(f"train = train[:{len(data.train.y)}]")
    lines += _scaled(plain, config, data)
    pairs = "[(x[rows].to(DEVICE), y[rows].to(DEVICE)) for rows in (train, validation, test)]"
    body = "\n".join(f"    {line}" for line in [*lines, f"return {pairs}"])
    return plain.add("parts", f"def parts(seed):\n    {SAID[config.data.kind]}\n{body}")


SAID = {
    "image": '"""Training, validation and test part; scales are the training part\'s."""',
    "table": '"""Training, validation and test part; scales are the training part\'s."""',
    "points": '"""Training, validation and test part."""',
    "curve": '"""Training, validation and test part."""',
}


def _scaled(plain: Plain, config: TrainConfig, data: Prepared) -> list[str]:
    """Lines that scale x, and spoil or scale y."""
    lines = []
    match config.data.kind:
        case "image":
            lines += [f"mean, std = {plain.function(of_channels)}(x[train])",
                      "x = (x / 255 - mean) / std"]  # fmt: skip
        case "table":
            lines += [f"mean, std = {plain.function(of_columns)}(x[train])",
                      "x = ((x - mean) / std).float()"]  # fmt: skip
        case _ if data.data.x.dtype != torch.float32:
            lines.append("x = x.float()")
    if data.classes:
        if config.label_noise:
            drawn = f"y[train], {len(data.classes)}, {config.label_noise}, seed"
            lines.append(f"y[train] = {plain.function(noisy)}({drawn})")
    elif config.data.kind == "table":
        spread = f"{plain.function(safe)}(y[train].std(0, correction=0), y[train])"
        lines.append(f"y = ((y - y[train].mean(0)) / {spread}).float()")
    return lines
