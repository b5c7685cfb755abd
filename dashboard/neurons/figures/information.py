"""Logits as probabilities; cross-entropy as a sum of two bars; softmax in few digits."""

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import tr
from engine.topics.neurons.information import OFFSETS, Information, InformationConfig

FLOOR = 1e-17  # of errors that are drawn
BROKEN = 10.0  # where "not a number" is drawn


def probabilities(found: Information, height: int = 320) -> go.Figure:
    """One answer that shares 1, and one answer for each class; the target as a line across."""
    figure = palette.base("probabilities", height, barmode="group")
    names = [tr("class {number}").format(number=i + 1) for i in range(len(found.softmax))]
    for name, values, colour, shape in (
        (tr("softmax: the classes share 1"), found.softmax, 0, ""),
        (tr("a sigmoid for each class"), found.sigmoid, 1, "/"),
    ):
        figure.add_bar(
            x=names,
            y=values,
            name=name,
            marker={"color": palette.colour(colour), "pattern": {"shape": shape}},
            hovertemplate="%{x}: %{y:.4g}<extra></extra>",
        )
    figure.add_scatter(
        x=names,
        y=found.target,
        name=tr("target t"),
        mode="markers",
        marker={
            "symbol": "line-ew",
            "size": 40,
            "line": {"width": 3, "color": palette.TEXT},
            "color": palette.TEXT,
        },
        hovertemplate="%{x}: t = %{y:.4g}<extra></extra>",
    )
    figure.update_xaxes(title=tr("class"))
    figure.update_yaxes(title=tr("probability"), range=[0, 1.05])
    return figure


def sums(config: InformationConfig, found: Information, height: int = 320) -> go.Figure:
    """H(t) and KL(t‖p) on one another, as high as H(t, p), which is piled up class by class."""
    figure = palette.base("sums", height, barmode="stack")
    both = [tr("H(t) + KL(t‖p)"), tr("−Σ t ln p")]
    parts = (
        (tr("entropy H(t)"), found.entropy, 2),
        (tr("divergence KL(t‖p)"), found.divergence, 5),
    )
    for name, value, colour in parts:
        figure.add_bar(
            x=both[:1],
            y=[value],
            name=name,
            marker={"color": palette.colour(colour)},
            text=[f"{value:.3f}"],
            hovertemplate=f"{name}: %{{y:.4g}}<extra></extra>",
        )
    shades = palette.ramp(len(found.terms))
    for i, value in enumerate(found.terms):
        name = tr("class {number}").format(number=i + 1)
        figure.add_bar(
            x=both[1:],
            y=[value],
            name=name,
            showlegend=False,
            marker={"color": shades[i], "line": {"width": 1, "color": palette.EDGE}},
            text=[f"{i + 1}: {value:.3f}"],
            hovertemplate=f"{name}: %{{y:.4g}}<extra></extra>",
        )
    figure.update_xaxes(title=tr("cross-entropy H(t, p), twice"))
    figure.update_yaxes(title=tr(config.unit), range=[0, max(1.08 * found.cross, 1e-3)])
    figure.update_traces(textposition="inside", insidetextanchor="middle", textangle=0)
    figure.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    return figure


def errors(found: Information, height: int = 320) -> go.Figure:
    """What an offset of all logits does to softmax in 16 and 32 bits."""
    figure = palette.base("errors", height)
    looks = {
        "float16_plain": (tr("16 bits, as written"), 5, "solid"),
        "float16_shifted": (tr("16 bits, less the maximum"), 1, "dash"),
        "float32_plain": (tr("32 bits, as written"), 0, "solid"),
        "float32_shifted": (tr("32 bits, less the maximum"), 2, "dash"),
    }
    for id, (name, colour, dash) in looks.items():
        values = found.errors[id]
        lost = np.isnan(values)
        figure.add_scatter(
            x=OFFSETS,
            y=np.where(lost, np.nan, np.maximum(values, FLOOR)),
            name=name,
            mode="lines",
            line={"color": palette.colour(colour), "dash": dash, "width": 2.5},
            hovertemplate=tr("offset %{x:.0f}: error %{y:.2g}") + "<extra></extra>",
        )
        if lost.any():
            figure.add_scatter(
                x=OFFSETS[lost],
                y=np.full(lost.sum(), BROKEN * (3 if "32" in id else 1)),
                name=tr("{format}: not a number").format(format=name.split(",")[0]),
                mode="markers",
                marker={"symbol": "x", "size": 6, "color": palette.colour(colour)},
                hovertemplate=tr("offset %{x:.0f}: not a number") + "<extra></extra>",
            )
    figure.update_xaxes(title=tr("number added to all logits"))
    drawn = np.concatenate([np.maximum(values, FLOOR) for values in found.errors.values()])
    axis = decades(np.append(drawn, [BROKEN, 3 * BROKEN]))
    figure.update_yaxes(title=tr("largest error of a probability"), **axis)
    return figure
