"""The learning rate, which may be turned while the network learns."""

import streamlit as st

from dashboard.core import link
from dashboard.core.choices import held
from dashboard.core.controls import log_grid, short
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

    def changed(rate: float) -> None:
        if link.stale():
            return
        link.write(TrainConfig, change_rate(config, float(rate)))

    low, high = bounds(field)
    held(
        st.select_slider,
        KEY,
        tr(look.title),
        now,
        changed,
        log_grid(low, high, whole=False, also=now),
        help=tr(look.help),
        format_func=short,
    )
