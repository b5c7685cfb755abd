"""Section 5: how much does a unit of any network of the app see, and how much does it use?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.figures import strengths
from dashboard.blind_spot.view import SpotView
from dashboard.core.chart import chart
from dashboard.core.live import live
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say, tr
from engine.autoregressive.receptive_field import Row, effective, table
from engine.models import Model
from engine.nn.layers import Layers
from engine.training.config import TrainConfig

ORDER = 50
KNOBS = ("network", "trained", "seed")

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


def knobs(view: SpotView) -> None:
    knobs_of(view, *KNOBS)


def show(view: SpotView) -> None:
    """The table by layer, and the effective field of a chosen one."""
    rows = rows_of(view.network, view.network.key)
    st.dataframe(
        [
            {
                say("blind_spot.layer"): row.layer,
                say("blind_spot.kind"): row.kind,
                say("blind_spot.field"): str(row.size or say("blind_spot.whole")),
                say("blind_spot.jump"): row.jump,
                say("blind_spot.centre"): row.start,
                say("blind_spot.kernel_stride"): f"{row.kernel} / {row.stride} / {row.dilation}",
            }
            for row in rows
        ],
        hide_index=True,
        key="spot_table",
    )
    spatial = [row.layer for row in rows if row.kernel > 1]
    layer = st.selectbox(say("blind_spot.layer"), spatial, index=len(spatial) - 1, key="spot_layer")
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
        st.progress(share, say("blind_spot.training"))
        return True
    if run.state == "done":
        _field(config, layer, True)
    else:
        st.warning(tr(run.message) or say("blind_spot.not_trained", state=run.state))
    return False


def _field(config: TrainConfig, layer: str, trained: bool) -> None:
    """The effective field of a layer's middle unit, before or after training."""
    when = say("blind_spot.after" if trained else "blind_spot.before")
    weights, size, deviation, theory = effective_of(config, config.key, layer, trained)
    left, right = st.columns([3, 2])
    with left:
        chart(
            strengths.magnitude(weights, f"{layer}, {when}"),
            f"spot_field_{trained}",
            say("blind_spot.field"),
        )
    with right:
        st.metric(say("blind_spot.theory"), f"{theory or SHAPE[1]} px")
        st.metric(say("blind_spot.size"), f"{size:.1f} px", help=say("blind_spot.size_help"))
        st.metric(say("blind_spot.deviation"), f"{deviation[0]:.1f} × {deviation[1]:.1f} px")
        chart(
            strengths.profile(
                {say("blind_spot.profile"): weights[weights.shape[0] // 2].tolist()},
                "profile",
                say("blind_spot.relative"),
                240,
            ),
            f"spot_profile_{trained}",
            say("blind_spot.profile"),
        )
