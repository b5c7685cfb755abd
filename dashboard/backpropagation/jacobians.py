"""Section 4: what is each layer's Jacobian, and in which order are they multiplied?"""

import streamlit as st

from dashboard.backpropagation.figures import jacobians as figures
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.words import say
from engine.topics.backpropagation.jacobians import ChainConfig, Jacobian, jacobians
from engine.topics.backpropagation.product_costs import (
    WIDTHS,
    Costs,
    OrderConfig,
    counted,
    modes,
    orders,
)

ORDER = 40


@st.cache_data(show_spinner=False, max_entries=64)
def jacobians_of(_config: ChainConfig, key: str) -> list[Jacobian]:
    return jacobians(_config)


@st.cache_data(show_spinner=False, max_entries=16)
def orders_of(depth: int) -> Costs:
    return orders(OrderConfig(depth=depth))


@st.cache_data(show_spinner=False, max_entries=16)
def modes_of(hidden: int) -> Costs:
    return modes(OrderConfig(hidden=hidden))


def knobs(view: BackpropView) -> None:
    """Of the maps, and of the measurements."""
    for name in ("inputs", "kernel", "classes", "seed"):
        control(BackpropView, "bp", view, f"chain.{name}")
    st.divider()
    for name in ("depth", "hidden"):
        control(BackpropView, "bp", view, f"products.{name}")


def show(view: BackpropView) -> None:
    """The maps, then what the order of products costs, then forward against reverse mode."""
    config = view.chain
    found = jacobians_of(config, config.key)
    st.markdown(say("backpropagation.jacobians_question"))
    chart(
        lambda: figures.maps(found),
        "bp_jacobians",
        say("backpropagation.jacobians_alt"),
        of=(config.key,),
    )
    *layers, chain = found
    st.caption(
        say(
            "backpropagation.jacobians_checked",
            worst=rough(max(one.gap for one in layers)),
            product=rough(chain.gap),
            entries=f"{sum(one.matrix.size for one in layers):,}",
            needed=f"{chain.needed:,}",
        )
    )
    _orders(view)
    _modes(view)
    said = say("backpropagation.check_foot", seed=config.seed, key=config.key)
    export.foot(said, more=lambda: export.numbers("jacobians", config.key, lambda: _table(view)))


def _orders(view: BackpropView) -> None:
    depth = view.products.depth
    found = orders_of(depth)
    st.markdown(say("backpropagation.orders_question", depth=depth))
    ways = (say("backpropagation.vector_first"), say("backpropagation.matrices_first"))
    across = say("backpropagation.width")
    chart(
        lambda: figures.costs(found, "bp_orders", ways, across),
        "bp_orders",
        say("backpropagation.orders_alt"),
        of=(depth, *found.seconds[0]),  # measured anew, it is another picture
    )
    few, many = counted(depth, WIDTHS[-1])
    st.info(
        say(
            "backpropagation.orders_say",
            width=WIDTHS[-1],
            few=f"{few:,}",
            many=f"{many:,}",
            times=f"{many / few:.0f}",
            measured=f"{found.seconds[1][-1] / found.seconds[0][-1]:.0f}",
            gap=rough(found.gap),
        ),
        icon=":material/timer:",
    )


def _modes(view: BackpropView) -> None:
    found = modes_of(view.products.hidden)
    st.markdown(say("backpropagation.modes_question"))
    ways = (say("backpropagation.forward_mode"), say("backpropagation.reverse_mode"))
    across = say("backpropagation.ratio")
    chart(
        lambda: figures.costs(found, "bp_modes", ways, across),
        "bp_modes",
        say("backpropagation.modes_alt"),
        of=(view.products.hidden, *found.seconds[0]),
    )
    by_clock, by_count = found.crossing(seconds=True), found.crossing(seconds=False)
    st.info(
        say(
            "backpropagation.modes_say",
            counted=f"{by_count:.2g}" if by_count else "–",
            measured=f"{by_clock:.2g}" if by_clock else "–",
            gap=rough(found.gap),
        ),
        icon=":material/compare_arrows:",
    )


def _table(view: BackpropView) -> dict[str, list[str | float]]:
    """Every measurement as a row."""
    columns: dict[str, list[str | float]] = {
        name: [] for name in ("what", "place", "way", "multiply_adds", "seconds")
    }
    ways = {
        "orders": (orders_of(view.products.depth), ("vector first", "matrices first")),
        "modes": (modes_of(view.products.hidden), ("forward", "reverse")),
    }
    for what, (found, names) in ways.items():
        for name, counts, seconds in zip(names, found.counted, found.seconds, strict=True):
            for place, count, spent in zip(found.places, counts, seconds, strict=True):
                row: tuple[str | float, ...] = (what, float(place), name, float(count), spent)
                for column, entry in zip(columns.values(), row, strict=True):
                    column.append(entry)
    return columns


def _filled(view: BackpropView) -> Question:
    """How many entries of the convolution's Jacobian are not 0?"""
    found = jacobians_of(view.chain, view.chain.key)[0]
    rows, columns = found.matrix.shape
    sentence = say(
        "backpropagation.ask_filled",
        inputs=columns,
        kernel=view.chain.kernel,
        outputs=rows,
        all=found.matrix.size,
    )
    return Number(sentence, 0, found.matrix.size, found.filled, 0)


def _times(view: BackpropView) -> Question:
    """How many times as many multiply-adds?"""
    few, many = counted(view.products.depth, WIDTHS[-1])
    sentence = say("backpropagation.ask_times", depth=view.products.depth, width=WIDTHS[-1])
    return Number(sentence, 1, 1e6, many / few, many / few / 5)


def _mode(view: BackpropView) -> Question:
    """Which mode for many inputs and one loss, by counting?"""
    found = modes_of(view.products.hidden)
    forward, reverse = (counts[0] for counts in found.counted)
    options = {
        "forward": say("backpropagation.forward_mode"),
        "reverse": say("backpropagation.reverse_mode"),
    }
    right = "forward" if forward < reverse else "reverse"
    return Choice(say("backpropagation.ask_mode"), options, right)


ASKS: SceneQuestions = {"filled": _filled, "times": _times, "mode": _mode}
