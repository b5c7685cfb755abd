"""How does a network learn? Choose data, model and settings; train and watch."""

import streamlit as st

from dashboard import link
from dashboard.controls import control, controls
from dashboard.lab import compare, one
from dashboard.lab.overlay import overlay
from dashboard.lab.rate import learning_rate
from dashboard.lab.setting import choose
from dashboard.lab.view import View
from dashboard.lessons import lesson
from dashboard.presets import presets
from dashboard.words import say
from engine.training import TrainConfig

PAGE = {
    "title": "Training lab",
    "icon": ":material/model_training:",
    "section": "Learn",
    "order": 10,
    "summary": "Train a network and watch every part of it change.",
}

config = link.read(TrainConfig, ignore=(View,))
view = link.read(View, only=True)

with st.sidebar:
    presets("training")
    learning_rate(config)
    controls(TrainConfig, "training", config, hide=("learning_rate",))

control(View, "training_view", view, "compare")
if view.compare == "one":
    one.show(config, view)
    overlay(config, view)
else:
    if view.compare == "sweep":
        choose(config, view)
    else:
        control(View, "training_view", view, "seeds")
    compare.show(config, view)

with st.expander(say("lab.view"), key="training_view"):
    for name in ("unit", "speed", "smoothing", "log", "discrete", "format"):
        control(View, "training_view", view, name)
for section in ("what-you-see", "learning-rate", "overfitting", "common-mistakes"):
    lesson("training", section)
