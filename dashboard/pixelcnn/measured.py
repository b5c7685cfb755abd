"""Section 2: does a real network see what its masks let through? Gradients, counted."""

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from dashboard.chart import chart
from dashboard.figures import fields
from dashboard.pixelcnn.view import SpotView
from dashboard.words import say
from engine.autoregressive.measured import Difference, explain, gradients, positive
from engine.autoregressive.models._stack import stack
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES
from engine.device import generator


@st.cache_data(show_spinner=False, max_entries=64)
def measure(
    scheme: str,
    kernel: int,
    layers: int,
    dilation: int,
    size: int,
    target: tuple[int, int],
    weights: str,
    maps: int,
    seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.bool_], Difference]:
    """|gradient| (H, W) of one target, the exact field (H, W), and what differs and why."""
    masks = SCHEMES[scheme]().masks(kernel)
    net = stack(masks, layers, seed, channels=maps, dilation=dilation)
    if weights == "positive":
        net = positive(net, seed)
        z = torch.rand(1, size, size, generator=generator(seed, "picture")) + 0.5
    else:
        z = torch.randn(1, size, size, generator=generator(seed, "picture"))
    place = (0, *target)
    exact = propagate(masks, layers, size, size, dilation)[-1].of(*place)
    found = gradients(net, z, [place])[0, 0].numpy()
    return found, exact[0], explain(net, z, place, exact)


def show(view: SpotView) -> None:
    """Both schemes: gradients, and a sentence that accounts for every missing pixel."""
    columns = st.columns(2)
    for column, scheme in zip(columns, (view.scheme, view.beside), strict=True):
        values, exact, gap = measure(
            scheme.id,
            view.kernel,
            view.layers,
            view.dilation,
            view.size,
            view.target,
            view.weights,
            view.maps,
            view.seed,
        )
        with column:
            figure = fields.magnitude(values, scheme.about.label, exact=exact)
            chart(figure, f"spot_measured_{scheme.id}", say("spot.measured_alt"))
            st.markdown(_account(gap))


def _account(gap: Difference) -> str:
    text = say("spot.account", exact=gap.exact, measured=gap.measured)
    if gap.exact == gap.measured and not gap.unexpected:
        return text + " " + say("spot.agree")
    return (
        text
        + " "
        + say(
            "spot.missing",
            missing=gap.exact - gap.measured,
            small=gap.too_small,
            silent=gap.silent_here,
            never=gap.never,
            unexpected=gap.unexpected,
        )
    )
