"""How good are the answers of a model, and at which price? All measures are as scikit-learn has
them; those of four counts are written out, because they follow a slider."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
POINTS = 400  # of a drawn curve, at most


class Confusion(NamedTuple):
    """How many rows were called positive or negative, rightly or wrongly."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def total(self) -> int:
        return sum(self)


def confusion(truth: Flags, flagged: Flags) -> Confusion:
    """Counts of (n,) truths against (n,) answers."""
    hits, called, positive = int((truth & flagged).sum()), int(flagged.sum()), int(truth.sum())
    return Confusion(hits, called - hits, positive - hits, len(truth) - called - positive + hits)


def measures(counts: Confusion) -> dict[str, float]:
    """Measures of yes-or-no answers, nan where a quotient has nothing below its line.

    accuracy, precision, recall, specificity, f1 and balanced_accuracy are shares from 0 to 1, mcc
    from −1 (always wrong) over 0 (chance) to 1.

    Source: Brodersen et al. 2010 for balanced accuracy; Matthews 1975 for mcc.
    """
    tp, fp, fn, tn = map(float, counts)
    recall, specificity = _share(tp, tp + fn), _share(tn, tn + fp)
    root = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return {
        "accuracy": _share(tp + tn, tp + fp + fn + tn),
        "precision": _share(tp, tp + fp),
        "recall": recall,
        "specificity": specificity,
        "f1": _share(2 * tp, 2 * tp + fp + fn),
        "balanced_accuracy": (recall + specificity) / 2,
        "mcc": _share(tp * tn - fp * fn, root),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """What every threshold would give."""

    fpr: Floats  # of the ROC curve, from (0, 0) to (1, 1)
    tpr: Floats
    recall: Floats  # of the precision-recall curve
    precision: Floats
    auc: float  # area under the ROC curve, 0.5 of guessing
    average_precision: float  # area under the other, as steps; the share of positives of guessing


def curves(truth: Flags, probability: Floats) -> Curves | None:
    """Both curves of (n,) probabilities; None where only one class is there."""
    from sklearn import metrics

    if truth.all() or not truth.any():
        return None
    fpr, tpr, _ = metrics.roc_curve(truth, probability)
    precision, recall, _ = metrics.precision_recall_curve(truth, probability)
    few, other = _few(len(fpr)), _few(len(recall))
    return Curves(
        fpr=fpr[few],
        tpr=tpr[few],
        recall=recall[other],
        precision=precision[other],
        auc=float(metrics.roc_auc_score(truth, probability)),
        average_precision=float(metrics.average_precision_score(truth, probability)),
    )


def cheapest(truth: Flags, probability: Floats, miss: float) -> tuple[float, float]:
    """The threshold at which false alarms and misses cost least, and that cost a row.

    Args:
        truth: (n,).
        probability: (n,) of being positive; from the threshold on a row is called so.
        miss: what a miss costs, in false alarms.

    Returns:
        A probability, or just above 1 where it is best to call nothing positive; and the mean cost
        of a row, in false alarms.
    """
    order = np.argsort(-probability, kind="stable")
    sorted_p, hits = probability[order], truth[order]
    alarms = np.concatenate([[0], np.cumsum(~hits)])  # with the k highest called positive
    missed = hits.sum() - np.concatenate([[0], np.cumsum(hits)])
    cost = alarms + miss * missed
    # A cut is possible only between different probabilities.
    possible = np.concatenate([[True], sorted_p[1:] != sorted_p[:-1], [True]])
    best = int(np.where(possible, cost, np.inf).argmin())
    threshold = 1 + 1e-9 if best == 0 else float(sorted_p[best - 1])
    return threshold, float(cost[best] / len(truth))


def cost(found: Confusion, miss: float) -> float:
    """Mean cost of a row, in false alarms."""
    return (found.false_positive + miss * found.false_negative) / max(1, found.total)


def regression(target: Floats, predicted: Floats) -> dict[str, float]:
    """mae and rmse in the target's unit, mse in its square, r2 (1 perfect, 0 the mean)."""
    from sklearn import metrics

    mse = float(metrics.mean_squared_error(target, predicted))
    r2 = float(metrics.r2_score(target, predicted)) if len(target) > 1 else float("nan")
    return {
        "mae": float(metrics.mean_absolute_error(target, predicted)),
        "mse": mse,
        "rmse": mse**0.5,
        "r2": r2,
    }


def _few(count: int) -> NDArray[np.int64]:
    """At most `POINTS` places of so many, both ends among them."""
    return np.unique(np.linspace(0, count - 1, min(count, POINTS)).round().astype(np.int64))
