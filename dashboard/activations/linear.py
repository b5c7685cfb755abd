"""Section 4: what is a deep network without non-linearity? One matrix, shown and compared."""

import streamlit as st

from dashboard.activations.figures import linear as figures
from dashboard.activations.view import ActView
from dashboard.core.ask import Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from engine.topics.activations.deep_linear import (
    ROUNDINGS,
    DeepLinear,
    DeepLinearConfig,
    deep_linear,
)

ORDER = 40

FEW = ("depth", "width", "narrowest", "inputs", "outputs", "activation")


@st.cache_data(show_spinner=False, max_entries=128)
def linear_of(_config: DeepLinearConfig, key: str) -> DeepLinear:
    return deep_linear(_config)


def knobs(view: ActView) -> None:
    """The shape of the stack and its activation; the rest folded."""
    names = [name for name in view.knobs() if name.startswith("linear.")]
    few = [name for name in names if name.split(".")[1] in FEW]
    few_first(ActView, "act", view, few, [name for name in names if name not in few])


def show(view: ActView) -> None:
    """The product, its singular values, and both outputs against each other."""
    config = view.linear
    found = linear_of(config, config.key)
    widths = " → ".join(str(n) for n in _shortened(config.widths()))
    st.markdown(say("activations.stack", widths=widths, depth=config.depth))
    with st.container(horizontal=True):
        many, one = found.parameters
        for title, value, help in (
            ("rank", f"{found.rank} / {found.most}", "rank_help"),
            ("parameters", f"{many:,} → {one:,}", "parameters_help"),
            ("difference", rough(found.difference), "difference_help"),
            ("unexplained", f"{found.unexplained:.1%}", "unexplained_help"),
        ):
            st.metric(
                say(f"activations.{title}"), value, help=say(f"activations.{help}"), width="content"
            )
    chart(
        lambda: figures.product(found),
        "act_product",
        say("activations.product_alt"),
        of=(config.key,),
    )
    if config.activation.id == "linear" or found.rounding < ROUNDINGS * config.depth:
        text = say(
            "activations.equal", difference=rough(found.difference), ulp=f"{found.rounding:.1f}"
        )
        text += " " + say(
            "activations.redundant", many=f"{many:,}", one=f"{one:,}", rank=found.rank
        )
        st.success(text, icon=":material/equal:")
    elif found.constant:
        label = tr(config.activation.about.label)
        st.warning(say("activations.constant", activation=label), icon=":material/horizontal_rule:")
    else:
        label = tr(config.activation.about.label)
        st.info(
            say("activations.not_equal", activation=label, unexplained=f"{found.unexplained:.1%}"),
            icon=":material/functions:",
        )
    st.caption(say("activations.computed", seed=config.seed, key=config.key))


def _shortened(widths: list[int]) -> list[int | str]:
    """A long row of widths with its middle left out."""
    return [*widths] if len(widths) <= 13 else [*widths[:5], "…", *widths[-5:]]


def _rank(view: ActView) -> Question:
    config = view.linear
    found = linear_of(config, config.key)
    widths = " → ".join(str(n) for n in _shortened(config.widths()))
    return Number(say("activations.ask_rank", widths=widths), 0, found.most, found.rank, 0)


ASKS: SceneQuestions = {"rank": _rank}
