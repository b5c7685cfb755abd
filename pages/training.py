"""How does a network learn? Choose data, model and settings; train and watch."""

import streamlit as st

from dashboard.core import compare, doubts, link
from dashboard.core.controls import control, controls
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.core.words import say
from dashboard.training import one, own_points, survival
from dashboard.training.overlay import overlay
from dashboard.training.rate import learning_rate
from dashboard.training.setting import choose, sweep_of
from dashboard.training.view import View
from engine.training.config import TrainConfig

PAGE = {
    "title": "Training lab",
    "icon": ":material/model_training:",
    "group": "Training",
    "order": 210,
    "summary": "Train a network and watch every part of it change.",
}

config = link.read(TrainConfig, ignore=(View,))
view = link.read(View, only=True)

with st.sidebar:
    scene_menu("training")
    learning_rate(config)
    controls(TrainConfig, "training", config, hide=("learning_rate",))

control(View, "training_view", view, "compare")
if view.compare == "one":
    own_points.show(config)
    doubts.show(config)
    one.show(config, view)
    overlay(config, view)
else:
    if view.compare == "sweep":
        choose(config, view)
    else:
        control(View, "training_view", view, "seeds")
    if sweep := sweep_of(config, view):
        compare.show(sweep, log=view.log, format=view.format)
        survival.answer(sweep)

with st.expander(say("training.view"), key="training_view"):
    for name in ("unit", "speed", "smoothing", "log", "discrete", "format"):
        control(View, "training_view", view, name)
for section in ("what-you-see", "learning-rate", "overfitting", "common-mistakes"):
    lesson("training", section)
