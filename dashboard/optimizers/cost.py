"""Section 6: how much memory and time does each optimizer take, measured here?"""

import streamlit as st

from dashboard.core import export
from dashboard.core.chart import chart
from dashboard.core.runtime import device
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import cost as figures
from dashboard.optimizers.view import OptimView
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.races.cost import SHAPES, WORDS, Cost, cost

ORDER = 60

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@st.cache_data(max_entries=1, show_spinner=False)
def costs() -> list[Cost]:
    """Of every optimizer at its own knobs."""
    return [cost(OPTIMIZERS[id]()) for id in OPTIMIZERS]


def knobs(view: OptimView) -> None:
    choices.knobs(view, "parameters")


def show(view: OptimView) -> None:
    """Bars, and a table that sets the words of the textbooks beside the bytes."""
    with st.spinner(say("optimizers.measuring")):
        found = costs()
    chart(figures.bars(found), "optim_cost", say("optimizers.cost_alt"))
    rows = [
        {
            say("optimizers.optimizer"): label(one.optimizer),
            say("optimizers.words"): tr(WORDS.get(one.optimizer, "–")),
            say("optimizers.bytes"): round(one.torch_bytes, 3),
            say("optimizers.numbers"): round(one.torch_bytes / 4, 3),
            say("optimizers.whole", parameters=f"{view.parameters:,}"): size(
                one.torch_bytes * view.parameters
            ),
            say("optimizers.step_time"): round(1e6 * one.seconds, 1),
        }
        for one in found
    ]
    st.dataframe(
        rows, hide_index=True, placeholder="–", width="stretch", height=460, key="optim_cost_table"
    )
    shapes = ", ".join("×".join(map(str, shape)) for shape in SHAPES)
    export.foot(
        say("optimizers.cost_key", shapes=shapes, device=device()),
        more=lambda: export.numbers(
            "costs", "here", lambda: {title: [row[title] for row in rows] for title in rows[0]}
        ),
    )


def size(count: float) -> str:
    """Bytes in the unit that reads best."""
    for unit, name in UNITS:
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} B"
