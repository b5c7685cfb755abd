"""What did the counting networks show? Sentences with their numbers, over seeds."""

from collections.abc import Mapping

import numpy as np

from dashboard.core.numbers import fixed
from dashboard.core.verdict import beats, rule
from dashboard.core.words import say
from engine.runs.events import State
from engine.topics.activations.counting_findings import (
    LATE,
    Finding,
    compared,
    findings,
    over_seeds,
)
from engine.topics.activations.counting_squares import CountingSquares
from engine.training.seeds import History

PAIRS = (("relu", "linear"), ("absolute", "linear"), ("relu", "absolute"))


def says(
    config: CountingSquares,
    summary: Mapping[str, float],
    history: History,
    weights: State,
    labels: Mapping[str, str],
    truth: float,
) -> str:
    """Markdown: one line an activation, then the differences, then the readouts.

    Args:
        config: what was trained.
        summary: of its `Done`.
        history: of the whole run.
        weights: of its `Done`.
        labels: id of an activation to its name.
        truth: the mean number of squares.
    """
    found = findings(config, summary, weights)
    r2 = over_seeds(config, summary, "r2")
    lines = [_one(f, row, labels, truth, config) for f, row in zip(found, r2, strict=True)]
    comparison = compared(config, history)
    places = {name: place for place, name in enumerate(config.activations)}
    pairs = [pair for pair in PAIRS if config.seeds > 1 and set(pair) <= set(places)]
    for pair in pairs:
        best, other = sorted(pair, key=lambda name: comparison.order.index(places[name]))
        verdict = comparison.verdict(places[best], places[other])
        lines.append(f"R²: {beats(labels[best], labels[other], verdict)}")
    if pairs:
        lines.append(f"{say('activations.late', looks=LATE)} {rule(comparison)}")
    lines += [_signs(f, labels) for f in found if f.constant < 0.5 and f.diverged < 1]
    return "\n".join(f"- {line}" for line in lines)


def _one(
    f: Finding, r2: np.ndarray, labels: Mapping[str, str], truth: float, config: CountingSquares
) -> str:
    alive = r2[np.isfinite(r2)]
    if not len(alive):
        return say("activations.all_diverged", activation=labels[f.activation])
    low, high = np.percentile(alive, [25, 75])
    values = {
        "activation": labels[f.activation],
        "r2": fixed(f.r2, 3),
        "low": fixed(low, 3),
        "high": fixed(high, 3),
        "accuracy": f"{f.accuracy:.0%}",
        "share": f"{f.constant:.0%}",
        "mean": f"{f.mean:.2f}",
        "truth": f"{truth:.2f}",
        "spread": f"{f.spread:.0%}",
        "seeds": config.seeds,
    }
    return say("activations.collapsed" if f.constant > 0.5 else "activations.counts_well", **values)


def _signs(f: Finding, labels: Mapping[str, str]) -> str:
    """How often all readouts have one sign, and the bias then and otherwise."""

    which = "never" if np.isnan(f.bias_same) else "always" if np.isnan(f.bias_opposite) else "signs"
    return say(
        f"activations.{which}",
        activation=labels[f.activation],
        share=f"{f.same_sign:.0%}",
        same=f"{f.bias_same:+.3f}",
        opposite=f"{f.bias_opposite:+.3f}",
    )
