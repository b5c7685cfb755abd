"""What does a threshold do to right and wrong answers, and how far off are predicted numbers?"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.explain_tables.figures.all_rows import pattern
from dashboard.explain_tables.figures.two import LEFT, RIGHT, Trace, two, upright
from dashboard.figures import palette
from dashboard.figures.narrow import folded, narrow
from dashboard.language import say, tr
from engine.metrics import Confusion, Curves, Flags, Floats
from engine.words import said

BINS = 40
AXES = (said("false positive rate"), said("recall"), said("precision"))


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
    edges = np.linspace(0, 1, BINS + 1)
    traces: list[Trace] = []
    for index, (name, rows) in enumerate(zip(names, (~truth, truth), strict=True)):
        look = {"color": palette.faded((0, 5)[index], 0.7), "line": {"width": 0}}
        traces.append(
            LEFT
            | {"type": "bar", "name": name, "width": 1 / BINS}
            | {"x": (edges[1:] + edges[:-1]) / 2, "y": np.histogram(probability[rows], edges)[0]}
            | {"marker": look | {"pattern": pattern(index)}}
            | {"hovertemplate": say("explain_tables.hover_near", name=name) + "<extra></extra>"}
        )
    yes = names[1]
    layout = two(
        "tables_answers",
        height,
        (tr("what the model says of each class"), tr("at this threshold")),
        (
            {
                "title": {"text": say("explain_tables.axis_probability", name=yes)},
                "range": [-0.01, 1.01],
            },
            {"title": {"text": tr("rows (log scale)")}, "type": "log", "dtick": 1},
            {},
            {"autorange": "reversed"},
        ),
        share=0.62,
        gap=0.16,
        right=110,
        barmode="overlay",
        legend={"orientation": "h", "y": -0.3, "yanchor": "top", "x": 0},
        shapes=[upright(threshold, LEFT, width=2.5, dash="dash", color=palette.colour(7))],
    )
    layout["meta"]["narrow"]["data"] = {2: {"showscale": False}}  # the counts say it all
    return go.Figure(data=[*traces, _four(counts, names)], layout=layout)


def _four(counts: Confusion, names: tuple[str, str]) -> Trace:
    """The confusion matrix as a heat map, with the name of each field."""
    tp, fp, fn, tn = counts
    table = np.array([[tn, fp], [fn, tp]])
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    kinds = [[tr("true negatives"), tr("false alarms")], [tr("misses"), tr("hits")]]
    text = [
        [f"{kind}<br><b>{count:,}</b>" for kind, count in zip(*row, strict=True)]
        for row in zip(kinds, table, strict=True)
    ]
    bar = {"title": {"text": tr("share of the true class"), "side": "right"}, "thickness": 10}
    return (
        RIGHT
        | {"type": "heatmap", "z": share, "zmin": 0, "zmax": 1, "colorscale": palette.UNSIGNED}
        | {"x": [say("explain_tables.called", name=name) for name in names]}
        | {"y": [say("explain_tables.is", name=name) for name in names]}
        | {"customdata": table, "text": text, "texttemplate": "%{text}", "textfont": {"size": 14}}
        | {"xgap": 2, "ygap": 2, "colorbar": bar | {"tickformat": ".0%"}}
        | {"hovertemplate": "%{y}, %{x}: %{customdata:,} (%{z:.1%})<extra></extra>"}
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
    traces: list[Trace] = []
    for index, (name, curve) in enumerate(found.items()):
        first = index == 0
        line: Trace = {"color": palette.colour(index), "dash": palette.dash(index)}
        line |= {"width": 2.5 if first else 1.7}
        mark: Trace = {"size": 13 if first else 9, "symbol": palette.marker(index)}
        mark |= {"color": palette.colour(index), "line": {"width": 1.5, "color": palette.EDGE}}
        fpr, recall, precision = here[name]
        auc = say("explain_tables.curve_auc", value=f"{curve.auc:.3f}")
        average = say("explain_tables.curve_average", value=f"{curve.average_precision:.3f}")
        for side, x, y, at, text, axes, shape in (
            (LEFT, curve.fpr, curve.tpr, (fpr, recall), auc, AXES[:2], {}),
            (RIGHT, curve.recall, curve.precision, (recall, precision), average, AXES[1:],
             {"shape": "hv"}),
        ):  # fmt: skip
            hover = f"{tr(axes[0])} %{{x:.3f}}<br>{tr(axes[1])} %{{y:.3f}}<extra></extra>"
            traces += [
                side
                | {"x": x.astype(np.float32), "y": y.astype(np.float32), "mode": "lines"}
                | {"name": f"{name} · {auc}", "legendgroup": name, "showlegend": side is LEFT}
                | {"line": line | shape, "hovertemplate": f"{name} ({text})<br>{hover}"},
                side
                | {"x": [at[0]], "y": [at[1]], "mode": "markers", "marker": mark}
                | {"name": say("explain_tables.point", name=name), "legendgroup": name}
                | {"showlegend": False}
                | {"hovertemplate": f"{say('explain_tables.hover_point', name=name)}<br>{hover}"},
            ]
    for side, guess in ((LEFT, [0.0, 1.0]), (RIGHT, [share, share])):
        traces.append(
            side
            | {
                "x": [0, 1],
                "y": guess,
                "mode": "lines",
                "name": tr("guessing"),
                "hoverinfo": "skip",
            }
            | {"showlegend": side is LEFT, "legendgroup": "guessing"}
            | {"line": {"color": palette.FAINT, "dash": "dot"}}
        )
    spans = ([-0.02, 1.02], [-0.02, 1.04])
    layout = two(
        "tables_thresholds",
        height,
        (tr("ROC"), tr("precision and recall")),
        tuple(
            {
                "title": {
                    "text": say(
                        f"explain_tables.axis_share_{'up' if axis else 'down'}", name=tr(AXES[axis])
                    )
                }
            }
            | {"range": spans[place % 2]}
            for place, axis in enumerate((0, 1, 1, 2))
        ),
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
    )
    return go.Figure(data=[{"type": "scatter"} | trace for trace in traces], layout=layout)


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
        x=ends, y=ends, mode="lines", name=tr("perfect"), hoverinfo="skip",
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
            hovertemplate=f"{name}<br>{tr('true %{x:.4g}, predicted %{y:.4g}')}<extra></extra>",
        )
    if wrong is not None:
        figure.add_vline(x=float(target[wrong]), line={"color": palette.colour(5), "dash": "dot"})
    true = say("explain_tables.axis_true", name=unit)
    guessed = say("explain_tables.axis_predicted", name=unit)
    figure.update_xaxes(title=true)
    figure.update_yaxes(title=guessed)
    titles = {"xaxis": {"title": folded(true, 34)}, "yaxis": {"title": folded(guessed, 34)}}
    narrow(figure, titles)
    return figure


def confusion_counts(truth: NDArray[np.int64], called: NDArray[np.int64], k: int) -> NDArray:
    """(K, K) counts, rows true and columns called."""
    return np.bincount(truth * k + called, minlength=k * k).reshape(k, k)
