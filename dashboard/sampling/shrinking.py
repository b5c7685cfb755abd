"""What happens to train and test bits as the training set shrinks?"""

import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.live import live
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from dashboard.figures import bits_curves
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.runs.shipped import put_shipped
from engine.topics.autoregressive.config import DensityConfig

SHARES = (0.02, 0.05, 0.15, 0.4, 1.0)
EPOCHS = 16  # of the whole training part; smaller ones get as many updates


def config(share: float) -> DensityConfig:
    """A small PixelCNN on a share of the digits; all shares get about as many updates."""
    return DensityConfig(
        model=AUTOREGRESSIVE["gated"].model_validate({"channels": 16, "layers": 3}),
        train_share=share,
        epochs=round(EPOCHS / max(share, 0.05)),
        learning_rate=0.005,
    )


def show() -> None:
    """The curve where it was computed, a button where it was not."""
    with st.expander(say("sampling.shrinking"), key="sampling_shrinking"):
        for share in SHARES:
            put_shipped(store(), config(share))
        keys = [config(share).key for share in SHARES]
        active = any((run := store().run(key)) and run.active for key in keys)
        live(_draw, active=active, every=1.0)


def _submit() -> None:
    for share in SHARES:
        jobs().submit(config(share))


def _draw() -> bool:
    rows, moving = [], False
    for share in SHARES:
        run = store().run(config(share).key)
        moving = moving or bool(run and run.active)
        if run and run.state == "done":
            history = store().history(run.key)
            train = history["train_loss"][1][-1] if "train_loss" in history else float("nan")
            rows.append((run.facts["examples"], float(train), run.summary["test_loss"]))
    if len(rows) < len(SHARES):
        st.button(
            say("sampling.shrink_run"), key="sampling_shrink", icon=":material/play_arrow:",
            on_click=_submit, disabled=moving,
        )  # fmt: skip
        st.progress(len(rows) / len(SHARES), say("sampling.shrink_done", n=len(rows),
                                                 total=len(SHARES)))  # fmt: skip
    if rows:
        chart(bits_curves.shrinking(rows), "sampling_shrinking_chart",
              say("sampling.shrinking"))  # fmt: skip
    return moving
