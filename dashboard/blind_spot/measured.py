"""Section 2: does a real network see what its masks let through? Gradients, counted."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.figures import strengths
from dashboard.blind_spot.view import SpotView
from dashboard.core.chart import chart
from dashboard.core.words import say, tr
from engine.autoregressive.mask_stack import stack
from engine.autoregressive.measured import Difference, drawn_picture, explain, gradients, positive
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES
from engine.topics.autoregressive.shipped import shipped

ORDER = 20
KNOBS = (
    "scheme", "beside", "kernel", "layers", "dilation", "dilations",
    "size", "row", "column", "weights", "maps", "seed",
)  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=64)
def measure(
    scheme: str,
    kernel: int,
    steps: tuple[int, ...],
    size: int,
    target: tuple[int, int],
    weights: str,
    maps: int,
    seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.bool_], Difference]:
    """|gradient| (H, W) of one target, the exact field (H, W), and what differs and why."""
    masks = SCHEMES[scheme]().masks(kernel)
    net = stack(masks, len(steps), seed, channels=maps, dilation=steps)
    if weights == "positive":
        net = positive(net, seed)
    z = drawn_picture(size, seed, positive=weights == "positive")
    place = (0, *target)
    exact = propagate(masks, len(steps), size, size, steps)[-1].of(*place)
    found = gradients(net, z, [place])[0, 0].numpy()
    return found, exact[0], explain(net, z, place, exact)


@st.cache_data(show_spinner=False, max_entries=64)
def measure_trained(
    digit: int, target: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_], Difference]:
    """The same of the shipped digits model, at one held-out picture of it."""
    found = shipped("digits")
    part = found.config.at_hand().validation
    net: Any = found.model.net
    z = found.model.scale(part.x[digit])
    place = (0, min(target[0], z.shape[1] - 1), min(target[1], z.shape[2] - 1))
    exact = propagate(net.masks, len(net.dilation), z.shape[1], z.shape[2], net.dilation)[-1]
    y = part.y[digit]
    values = gradients(net, z, [place], y)[0, 0].numpy()
    seen = exact.of(*place)
    return values, seen[0], explain(net, z, place, seen, y)


def knobs(view: SpotView) -> None:
    given = ("scheme", "beside", "kernel", "layers", "dilation", "dilations", "size", "maps")
    hidden = given if view.weights == "trained" else ()  # a trained network has its own shape
    knobs_of(view, *(name for name in KNOBS if name not in hidden))


def show(view: SpotView) -> None:
    """Two fields of gradients, and a sentence that accounts for every missing pixel."""
    columns = st.columns(2)
    for number, (column, scheme) in enumerate(
        zip(columns, (view.scheme, view.beside), strict=True)
    ):
        if view.weights == "trained":
            title = say("blind_spot.trained_at", number=view.seed + number)
            values, exact, gap = measure_trained((view.seed + number) % 200, view.target)
        else:
            title = tr(scheme.about.label)
            values, exact, gap = measure(
                scheme.id,
                view.kernel,
                view.steps,
                view.size,
                view.target,
                view.weights,
                view.maps,
                view.seed,
            )
        with column:
            figure = strengths.magnitude(values, title, exact=exact, target=view.target)
            chart(figure, f"spot_measured_{number}", say("blind_spot.measured_alt"))
            st.markdown(_account(gap))


def _account(gap: Difference) -> str:
    text = say("blind_spot.account", exact=gap.exact, measured=gap.measured)
    if gap.exact == gap.measured and not gap.unexpected:
        return text + " " + say("blind_spot.agree")
    return (
        text
        + " "
        + say(
            "blind_spot.missing",
            missing=gap.exact - gap.measured,
            small=gap.too_small,
            silent=gap.silent_here,
            never=gap.never,
            unexpected=gap.unexpected,
        )
    )
