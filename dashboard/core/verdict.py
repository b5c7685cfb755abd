"""How is a difference told, when the seed alone makes some? With its interval, and its verdict."""

from math import floor, log10

from dashboard.core.words import say
from engine.statistics import Verdict


def as_values(verdict: Verdict) -> dict[str, str | int]:
    """gap, low, high and seeds for a sentence, as exact as the interval's two leading digits."""
    width = verdict.high - verdict.low
    digits = min(8, max(0, 1 - floor(log10(width)))) if width > 0 else 4

    def number(value: float) -> str:
        return f"{value:z.{digits}f}".replace("-", "−")

    return {
        "gap": number(verdict.difference),
        "low": number(verdict.low),
        "high": number(verdict.high),
        "seeds": verdict.seeds,
    }


def beats(best: str, other: str, verdict: Verdict) -> str:
    """Whether one setting is better than another, by other minus best."""
    which = "verdict.real" if verdict.real else "verdict.noise"
    return say(which, best=best, other=other, **as_values(verdict))
