"""The area in which somebody draws the points that are learned."""

import streamlit as st

from dashboard.core import link, touch
from dashboard.core.words import reason, say
from engine.data import DataError
from engine.data.own_points import CLASSES, MOST, MOST_KEPT, REACH, OwnPoints, keep
from engine.training.config import TrainConfig


def show(config: TrainConfig) -> None:
    """The area, for the data set that is drawn; nothing for any other."""
    data = config.data
    if not isinstance(data, OwnPoints):
        return

    def change(points: list[touch.Point]) -> None:
        drawn = tuple((round(100 * x), round(100 * y), kind) for x, y, kind in points)
        try:
            kept = keep(drawn) if len(drawn) > MOST else ""
        except DataError as error:
            link.note(reason(error))
            return
        new = data.model_copy(update={"points": () if kept else drawn, "kept": kept})
        link.write(TrainConfig, config.model_copy(update={"data": new}))

    try:
        now = data.every
    except DataError:  # the page says why it cannot learn from them; new ones can be drawn
        now = ()
    two = max((kind for _, _, kind in now), default=0) < 2
    span = (-float(REACH), float(REACH))
    with st.expander(say("training.draw"), expanded=True, key="training_own"):
        touch.points(
            "training_points",
            [(x / 100, y / 100, kind) for x, y, kind in now],
            change,
            classes=[say("training.class", number=k + 1) for k in range(CLASSES)],
            colours=(0, 5, 2, 3) if two else (0, 1, 2, 3),  # as the lab draws them
            x=span,
            y=span,
            most=MOST_KEPT,
            alt=say("training.draw_alt"),
        )
        st.caption(say("training.draw_how", n=len(now), most=MOST_KEPT))
