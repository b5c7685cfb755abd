"""Section 2: one neuron with every number in it, forwards and backwards."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.activations.choices import longer, put, sliders
from dashboard.activations.figures import neuron as figures
from dashboard.activations.view import ActView
from dashboard.core import export
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from engine.topics.activations.neuron import Neuron, NeuronConfig, curve, neuron

ORDER = 20


@st.cache_data(show_spinner=False, max_entries=256)
def neuron_of(_config: NeuronConfig, key: str) -> Neuron:
    return neuron(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def curve_of(_config: NeuronConfig, part: str, reach: float) -> NDArray[np.float64]:
    """(2, N): inputs of the activation and its outputs.

    Args:
        part: what makes the curve another: the activation with its knobs.
        reach: from −reach to reach.
    """
    return curve(_config.activation, reach)


def knobs(view: ActView) -> None:
    """The activation, and a slider for every input, every weight and the bias."""
    control(ActView, "act", view, "neuron.activation")
    for name in view.knobs():
        if name.startswith("neuron.activation."):
            control(ActView, "act", view, name)
    x, w = view.neuron.inputs, view.neuron.weights
    sliders("input", say("activations.input"), x, 5.0, lambda new: put(view, neuron__inputs=new))
    sliders("weight", say("activations.weight"), w, 3.0, lambda new: put(view, neuron__weights=new))
    control(ActView, "act", view, "neuron.bias")
    longer(
        "inputs",
        say("activations.input"),
        (lambda: put(view, neuron__inputs=x[:-1], neuron__weights=w[:-1])) if len(x) > 1 else None,
        (lambda: put(view, neuron__inputs=(*x, 1.0), neuron__weights=(*w, 0.5)))
        if len(x) < 8
        else None,
    )


def show(view: ActView) -> None:
    """The neuron as a graph beside its activation with the point and the tangent; the sums."""
    config = view.neuron
    found = neuron_of(config, config.key)
    reach = float(2 ** np.ceil(np.log2(max(4.0, 1.2 * abs(found.sum)))))
    curve = curve_of(config, f"{config.activation.id} {config.activation.key}", reach)
    left, right = st.columns([3, 2])
    with left:
        chart(figures.graph(config, found), "act_graph", say("activations.graph_alt"))
    with right:
        label = tr(config.activation.about.label)
        chart(figures.tangent(curve, found, label), "act_tangent", say("activations.tangent_alt"))
    st.markdown(_sums(config, found))
    table = {
        "i": [str(i + 1) for i in range(len(config.inputs))],
        "xᵢ": list(config.inputs),
        "wᵢ": list(config.weights),
        "wᵢ·xᵢ": found.products.tolist(),
        "∂y/∂xᵢ = φ′(z)·wᵢ": found.inputs.tolist(),
        "∂y/∂wᵢ = φ′(z)·xᵢ": found.weights.tolist(),
    }
    st.dataframe(table, hide_index=True, key="act_neuron_table")
    st.caption(say("activations.neuron_checked", difference=rough(found.difference)))
    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("neuron", config.key, lambda: table))


def _sums(config: NeuronConfig, found: Neuron) -> str:
    """The three equations with the current numbers."""
    terms = " + ".join(
        rf"{w:.3g}\cdot{_in_brackets(x)}"
        for w, x in zip(config.weights, config.inputs, strict=True)
    )
    return (
        rf"$$z = \sum_i w_i x_i + b = {terms} {config.bias:+.3g} = {found.sum:.4g}, \qquad "
        rf"y = \varphi(z) = {found.output:.4g}, \qquad "
        rf"\frac{{\partial y}}{{\partial b}} = \varphi'(z) = {found.slope:.4g}$$"
    ).replace("+ -", "- ")


def _in_brackets(value: float) -> str:
    return f"({value:.3g})" if value < 0 else f"{value:.3g}"
