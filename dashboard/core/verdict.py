"""How is a difference told, when the seed alone makes some? With its interval, and its verdict."""

from collections.abc import Sequence
from math import exp, floor, log10

from dashboard.core.words import say
from engine.statistics import Comparison, Verdict

MOST_DIGITS = 8


def as_values(verdict: Verdict) -> dict[str, str | int]:
    """gap, low, high and seeds for a sentence: ratios as ratios, each as exact as its interval."""
    ends = verdict.difference, verdict.low, verdict.high
    gap, low, high = map(_times, ends) if verdict.ratio else _gaps(*ends)
    return {"gap": gap, "low": low, "high": high, "seeds": verdict.seeds}


def _gaps(gap: float, low: float, high: float) -> tuple[str, str, str]:
    """As exact as the interval's two leading digits; an end that is not zero does not look so."""
    width = high - low
    digits = min(MOST_DIGITS, max(0, 1 - floor(log10(width)))) if width > 0 else 4

    def number(value: float, digits: int = digits) -> str:
        return f"{value:z.{digits}f}".replace("-", "−")

    def end(value: float) -> str:
        more = digits
        while low * high > 0 and not round(value, more) and more < MOST_DIGITS:
            more += 1
        return number(value, more)

    return number(gap), end(low), end(high)


def _times(logarithm: float) -> str:
    """A ratio with two digits; more where it would otherwise look like 1."""
    if abs(logarithm) > 13:
        return f"10^{logarithm / 2.302585:.0f}".replace("-", "−")
    value = exp(logarithm)
    digits = max(0, 1 - floor(log10(value)))
    while round(value, digits) == 1 and abs(logarithm) > 1e-6 and digits < MOST_DIGITS:
        digits += 1
    return f"{value:,.{digits}f}"


def beats(best: str, other: str, verdict: Verdict) -> str:
    """Whether one setting is better than another, by how much the other is worse."""
    if verdict.difference == verdict.low == verdict.high == 0:
        which = "verdict.equal"
    elif verdict.ratio:
        which = "verdict.lower" if verdict.real else "verdict.ratio"
    else:
        which = "verdict.real" if verdict.real else "verdict.noise"
    return say(which, best=best, other=other, **as_values(verdict))


def sentences(comparison: Comparison, labels: Sequence[str]) -> list[str]:
    """The best against each of the others; nothing where there are fewer than two or one seed."""
    if comparison.seeds < 2:
        return []
    return [
        beats(labels[best], labels[other], verdict)
        for best, other, verdict in comparison.against_best()
    ]


def rule(comparison: Comparison) -> str:
    """How the intervals were made: what they are paired by, and what they allow for."""
    candidates = comparison.candidates
    which = "rule_tried" if comparison.tried > 1 else "rule" if candidates > 2 else "pair"
    return say(
        f"verdict.{which}",
        seeds=comparison.seeds,
        measure=say("verdict.ratios" if comparison.ratio else "verdict.differences"),
        pairs=candidates * (candidates - 1) // 2,
        tried=comparison.tried,
    )
