"""Section 6: what does "the previous k pixels" mean, and how many numbers does each way need?"""

import numpy as np
import streamlit as st

from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.figures import orders
from dashboard.blind_spot.view import SpotView
from dashboard.core.chart import chart
from dashboard.core.words import say
from engine.autoregressive.orders import previous
from engine.autoregressive.parameters import ladder

ORDER = 60
KNOBS = ("order", "history", "levels", "size", "row", "column")


def knobs(view: SpotView) -> None:
    knobs_of(view, *KNOBS)


def show(view: SpotView) -> None:
    """The order with its history of k pixels; the growth of each parametrisation."""
    size = view.size
    pixels = view.order.pixels(size, size)
    row, column = view.target
    target = row * size + column
    history = previous(pixels, target, view.history)
    away = np.abs(np.stack(np.divmod(history, size)) - np.array([[row], [column]])).max(0)
    left, right = st.columns(2)
    with left:
        figure = orders.board(pixels, size, target, history)
        chart(figure, "spot_order_board", say("blind_spot.order_alt"))
        near = int((away <= 1).sum())
        st.markdown(
            say(
                "blind_spot.history_says",
                k=len(history),
                near=near,
                far=int(away.max()) if len(away) else 0,
            )
        )
    with right:
        sides = [2, 3, 4, 6, 8, 12, 16, 22, 28, 32, 64, 128, 256, 1000]
        curves = {n * n: ladder(n * n, view.levels, view.history) for n in sides}
        ways = {c.id: say(f"blind_spot.way_{c.id}") for c in ladder(4)}
        chart(
            orders.growth(curves, ways), "spot_growth_parameters", say("blind_spot.parameters_alt")
        )
        st.caption(say("blind_spot.parameters", k=view.history, levels=view.levels))
    head = (say("blind_spot.way"), say("blind_spot.count"), say("blind_spot.formula_tex"))
    lines = [" | ".join(head), "|".join(["---"] * 3)]
    for count in ladder(size * size, view.levels, view.history):
        cells = (say(f"blind_spot.way_{count.id}"), _count(count.log10), f"${count.formula}$")
        lines.append(" | ".join(cells))
    st.markdown("\n".join(lines))


def _count(log10: float) -> str:
    return f"{10**log10:,.0f}" if log10 < 9 else f"$10^{{{log10:,.1f}}}$"
