"""Section 5: how much does a unit of any network of the app see, and how much does it use?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.chart import chart
from dashboard.figures import fields
from dashboard.pixelcnn.view import SpotView
from dashboard.words import say
from engine.autoregressive.receptive_field import Row, effective, table
from engine.models import Model
from engine.nn.layers import Layers

SHAPE = (3, 32, 32)


@st.cache_data(show_spinner=False, max_entries=32)
def rows_of(_model: Model, key: str) -> list[Row]:
    return table(_model.build(SHAPE, 10, Layers.model_validate({"activation": "relu"}), 0))


@st.cache_data(show_spinner=False, max_entries=32)
def effective_of(
    _model: Model, key: str, layer: str, seed: int
) -> tuple[NDArray[np.float32], float, tuple[float, float], int | None]:
    """(H, W) of the middle unit, its effective size, its deviations and the theoretical size."""
    layers = Layers.model_validate({"activation": "relu", "initialiser": "he_normal"})
    found = effective(_model.build(SHAPE, 10, layers, seed), layer, SHAPE)
    return found.weights.numpy(), found.size, found.deviation, found.theoretical


def show(view: SpotView) -> None:
    """The table by layer, and the effective field of a chosen one."""
    rows = rows_of(view.network, view.network.key)
    st.dataframe(
        [
            {
                say("spot.layer"): row.layer,
                say("spot.kind"): row.kind,
                say("spot.field"): row.size if row.size else say("spot.whole"),
                say("spot.jump"): row.jump,
                say("spot.centre"): row.start,
                say("spot.kernel_stride"): f"{row.kernel} / {row.stride} / {row.dilation}",
            }
            for row in rows
        ],
        hide_index=True,
        key="spot_table",
    )
    spatial = [row.layer for row in rows if row.kernel > 1]
    layer = st.selectbox(say("spot.layer"), spatial, index=len(spatial) - 1, key="spot_layer")
    weights, size, deviation, theory = effective_of(
        view.network, view.network.key, layer, view.seed
    )
    left, right = st.columns([3, 2])
    with left:
        chart(fields.magnitude(weights, layer), "spot_effective_field", say("spot.field"))
    with right:
        st.metric(say("spot.theory"), f"{theory or SHAPE[1]} px")
        st.metric(say("spot.size"), f"{size:.1f} px", help=say("spot.size_help"))
        st.metric(say("spot.deviation"), f"{deviation[0]:.1f} × {deviation[1]:.1f} px")
        chart(
            fields.profile(
                {say("spot.profile"): weights[weights.shape[0] // 2].tolist()},
                "profile", say("spot.relative"), 240,
            ),
            "spot_profile", say("spot.profile"),
        )  # fmt: skip
