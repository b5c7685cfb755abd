"""What does a threshold do to right and wrong answers, and how far off are predicted numbers?"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.tables_all import pattern
from engine.explain.tables.metrics import Confusion, Curves, Flags, Floats

BINS = 40


def answers(
    truth: Flags,
    probability: Floats,
    threshold: float,
    counts: Confusion,
    names: tuple[str, str],
    height: int = 300,
) -> go.Figure:
    """How probabilities of both classes are spread around the threshold, and the four counts.

    Args:
        truth: (n,).
        probability: (n,) of the positive class.
        threshold: from which on a row is called positive.
        counts: at that threshold.
        names: of the other class and of the positive one.
    """
    figure = make_subplots(
        rows=1, cols=2, column_widths=[0.62, 0.38], horizontal_spacing=0.16,
        column_titles=["what the model says of each class", "at this threshold"],
    )  # fmt: skip
    edges = np.linspace(0, 1, BINS + 1)
    for index, (name, rows) in enumerate(zip(names, (~truth, truth), strict=True)):
        found = np.histogram(probability[rows], edges)[0]
        figure.add_bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=found,
            width=1 / BINS,
            name=name,
            marker={
                "color": palette.faded((0, 5)[index], 0.7),
                "line": {"width": 0},
                "pattern": pattern(index),
            },
            hovertemplate=f"{name}: %{{y:,}} rows near %{{x:.3f}}<extra></extra>",
            row=1,
            col=1,
        )
    line = {"width": 2.5, "dash": "dash", "color": palette.colour(7)}
    figure.add_vline(x=threshold, line=line, row=1, col=1)  # type: ignore[arg-type]
    no, yes = names
    table = np.array(
        [
            [counts.true_negative, counts.false_positive],
            [counts.false_negative, counts.true_positive],
        ]
    )
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    kinds = np.array([["true negatives", "false alarms"], ["misses", "hits"]])
    figure.add_heatmap(
        z=share,
        x=[f"called<br>{no}", f"called<br>{yes}"],
        y=[f"is {no}", f"is {yes}"],
        zmin=0,
        zmax=1,
        colorscale=palette.UNSIGNED,
        customdata=table,
        text=[
            [f"{kind}<br><b>{count:,}</b>" for kind, count in zip(*row, strict=True)]
            for row in zip(kinds, table, strict=True)
        ],
        texttemplate="%{text}",
        textfont={"size": 14},
        xgap=2,
        ygap=2,
        colorbar={
            "title": {"text": "share of the true class", "side": "right"},
            "thickness": 10,
            "tickformat": ".0%",
        },
        hovertemplate="%{y}, %{x}: %{customdata:,} (%{z:.1%})<extra></extra>",
        row=1,
        col=2,
    )
    figure.update_xaxes(title=f"probability of {yes}", range=[-0.01, 1.01], row=1, col=1)
    figure.update_yaxes(title="rows (log scale)", type="log", row=1, col=1)
    figure.update_yaxes(autorange="reversed", row=1, col=2)
    return figure.update_layout(
        uirevision="tables_answers",
        height=height,
        barmode="overlay",
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top", "x": 0},
    )


def thresholds(
    found: Mapping[str, Curves],
    here: Mapping[str, tuple[float, float, float]],
    share: float,
    height: int = 380,
) -> go.Figure:
    """ROC and precision-recall curve of every model, with the point of the threshold.

    Args:
        found: model to its curves.
        here: model to (false positive rate, recall, precision) at the threshold; nan: undefined.
        share: of positives: the precision of guessing.
    """
    figure = make_subplots(
        rows=1, cols=2, horizontal_spacing=0.1,
        column_titles=["ROC", "precision and recall"],
    )  # fmt: skip
    for index, (name, curve) in enumerate(found.items()):
        line = {
            "color": palette.colour(index),
            "dash": palette.dash(index),
            "width": 2.5 if index == 0 else 1.7,
        }
        fpr, recall, precision = here[name]
        for column, x, y, at, text in (
            (1, curve.fpr, curve.tpr, (fpr, recall), f"AUC {curve.auc:.3f}"),
            (2, curve.recall, curve.precision, (recall, precision),
             f"average precision {curve.average_precision:.3f}"),
        ):  # fmt: skip
            figure.add_scatter(
                x=x,
                y=y,
                name=f"{name} · AUC {curve.auc:.3f}",
                legendgroup=name,
                showlegend=column == 1,
                mode="lines",
                line=line | ({"shape": "hv"} if column == 2 else {}),
                hovertemplate=f"{name} ({text})<br>%{{xaxis.title.text}} %{{x:.3f}}"
                "<br>%{yaxis.title.text} %{y:.3f}<extra></extra>",
                row=1,
                col=column,
            )
            figure.add_scatter(
                x=[at[0]],
                y=[at[1]],
                name=f"{name}, at the threshold",
                legendgroup=name,
                showlegend=False,
                mode="markers",
                marker={
                    "size": 13 if index == 0 else 9,
                    "symbol": palette.marker(index),
                    "color": palette.colour(index),
                    "line": {"width": 1.5, "color": palette.EDGE},
                },
                hovertemplate=f"{name} at the threshold<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>",
                row=1,
                col=column,
            )
    for column, guess in ((1, [0.0, 1.0]), (2, [share, share])):
        figure.add_scatter(
            x=[0, 1],
            y=guess,
            name="guessing",
            showlegend=column == 1,
            legendgroup="guessing",
            mode="lines",
            line={"color": palette.FAINT, "dash": "dot"},
            hoverinfo="skip",
            row=1,
            col=column,
        )
    figure.update_xaxes(title="false positive rate (share, ↓)", range=[-0.02, 1.02], row=1, col=1)
    figure.update_yaxes(title="recall (share, ↑)", range=[-0.02, 1.04], row=1, col=1)
    figure.update_xaxes(title="recall (share, ↑)", range=[-0.02, 1.02], row=1, col=2)
    figure.update_yaxes(title="precision (share, ↑)", range=[-0.02, 1.04], row=1, col=2)
    return figure.update_layout(
        uirevision="tables_thresholds",
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
    )


def numbers(
    target: Floats, predicted: Mapping[str, Floats], wrong: int | None, unit: str, height: int = 430
) -> go.Figure:
    """True against predicted values of a regression, a mark a model.

    Args:
        target: (n,).
        predicted: model to (n,).
        wrong: place of the row whose target was moved; None: none.
        unit: name and unit of the target.
    """
    figure = palette.base("tables_numbers", height)
    every = np.concatenate([target, *predicted.values()])
    ends = [float(every.min()), float(every.max())]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", name="perfect", hoverinfo="skip",
        line={"color": palette.FAINT, "dash": "dash"},
    )  # fmt: skip
    for index, (name, values) in enumerate(predicted.items()):
        figure.add_scatter(
            x=target,
            y=values,
            mode="markers",
            name=name,
            marker={
                "size": 8 if index == 0 else 6,
                "symbol": palette.marker(index),
                "color": palette.colour(index),
                "opacity": 0.8 if index == 0 else 0.45,
            },
            hovertemplate=f"{name}<br>true %{{x:.4g}}, predicted %{{y:.4g}}<extra></extra>",
        )
    if wrong is not None:
        figure.add_vline(x=float(target[wrong]), line={"color": palette.colour(5), "dash": "dot"})
    figure.update_xaxes(title=f"true {unit}")
    figure.update_yaxes(title=f"predicted {unit}")
    return figure


def confusion_counts(truth: NDArray[np.int64], called: NDArray[np.int64], k: int) -> NDArray:
    """(K, K) counts, rows true and columns called."""
    return np.bincount(truth * k + called, minlength=k * k).reshape(k, k)
