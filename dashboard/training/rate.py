"""The learning rate, which may be turned while the network learns."""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import KEPT, log_grid, short
from dashboard.language import tr
from dashboard.training.transport import change_rate
from engine.config import Knob, bounds, shown
from engine.training.config import TrainConfig

KEY = "training_learning_rate"


def learning_rate(config: TrainConfig) -> None:
    """The slider of the rate in force now; in mid-run a change applies from the next epoch on."""
    field = config.knobs()["learning_rate"]
    look = shown(field) or Knob(title="learning_rate")
    now = config.changes[-1][1] if config.changes else config.learning_rate
    if st.session_state.get(KEY) != now:
        st.session_state[KEY] = now

    def changed() -> None:
        if link.stale():
            return
        link.write(TrainConfig, change_rate(config, float(st.session_state[KEY])))

    low, high = bounds(field)
    st.select_slider(
        tr(look.title),
        log_grid(low, high, whole=False, also=now),
        key=KEY,
        help=tr(look.help),
        format_func=short,
        on_change=changed,
        **KEPT,
    )
