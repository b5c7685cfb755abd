"""Section 5: how much does a unit of any network of the app see, and how much does it use?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.chart import chart
from dashboard.figures import strengths
from dashboard.live import live
from dashboard.pixelcnn.view import SpotView
from dashboard.runtime import jobs, store
from dashboard.words import say
from engine.autoregressive.receptive_field import Row, effective, table
from engine.models import Model
from engine.nn.layers import Layers
from engine.training import TrainConfig

SHAPE = (3, 32, 32)


def training_of(model: Model, seed: int) -> TrainConfig:
    """The short training after which the field is looked at again."""
    flat = {"data": "shapes", "model": model.id, "layers.activation": "relu", "epochs": "4"}
    flat |= {"layers.initialiser": "he_normal", "seed": str(seed), "learning_rate": "0.003"}
    flat |= {f"model.{name}": value for name, value in model.flat().items()}
    return TrainConfig.read(flat)[0]


@st.cache_data(show_spinner=False, max_entries=32)
def rows_of(_model: Model, key: str) -> list[Row]:
    return table(_model.build(SHAPE, 6, Layers.model_validate({"activation": "relu"}), 0))


@st.cache_data(show_spinner=False, max_entries=32)
def effective_of(
    _config: TrainConfig, key: str, layer: str, trained: bool
) -> tuple[NDArray[np.float32], float, tuple[float, float], int | None]:
    """(H, W) of the middle unit, its effective size, its deviations and the theoretical size."""
    net = _config.model.build(SHAPE, 6, _config.layers, _config.seed)
    if trained and (weights := store().load(_config.key, "weights")):
        net.load_state_dict(weights)
    found = effective(net, layer, SHAPE)
    return found.weights.numpy(), found.size, found.deviation, found.theoretical


def show(view: SpotView) -> None:
    """The table by layer, and the effective field of a chosen one."""
    rows = rows_of(view.network, view.network.key)
    st.dataframe(
        [
            {
                say("spot.layer"): row.layer,
                say("spot.kind"): row.kind,
                say("spot.field"): str(row.size or say("spot.whole")),
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
    config = training_of(view.network, view.seed)
    _field(config, layer, False)
    if view.trained:
        live(lambda: _after(config, layer), active=_train(config), every=0.7)


def _train(config: TrainConfig) -> bool:
    """Start the training where it was never done; whether it is going on."""
    if store().run(config.key) is None:
        jobs().submit(config)
    run = store().run(config.key)
    return bool(run and run.active)


def _after(config: TrainConfig, layer: str) -> bool:
    """The field after training, or how far the training is."""
    run = store().run(config.key)
    if run is None or run.active:
        share = run.step / run.steps if run and run.steps else 0.0
        st.progress(share, say("spot.training"))
        return True
    if run.state == "done":
        _field(config, layer, True)
    else:
        st.warning(run.message or say("spot.not_trained", state=run.state))
    return False


def _field(config: TrainConfig, layer: str, trained: bool) -> None:
    """The effective field of a layer's middle unit, before or after training."""
    when = say("spot.after" if trained else "spot.before")
    weights, size, deviation, theory = effective_of(config, config.key, layer, trained)
    left, right = st.columns([3, 2])
    with left:
        chart(
            strengths.magnitude(weights, f"{layer}, {when}"),
            f"spot_field_{trained}",
            say("spot.field"),
        )
    with right:
        st.metric(say("spot.theory"), f"{theory or SHAPE[1]} px")
        st.metric(say("spot.size"), f"{size:.1f} px", help=say("spot.size_help"))
        st.metric(say("spot.deviation"), f"{deviation[0]:.1f} × {deviation[1]:.1f} px")
        chart(
            strengths.profile(
                {say("spot.profile"): weights[weights.shape[0] // 2].tolist()},
                "profile",
                say("spot.relative"),
                240,
            ),
            f"spot_profile_{trained}",
            say("spot.profile"),
        )
