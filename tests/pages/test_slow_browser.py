"""A browser that asks again before it has drawn the widgets is told their values again."""

from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates

from dashboard.core.router import find_pages
from tests.pages.app import visit, works

KINDS = ("slider", "select_slider", "selectbox", "multiselect", "number_input", "toggle",
         "text_input", "button_group")  # fmt: skip


def drawn(widget: Any) -> tuple[Any, Any]:
    """What a browser that draws it now shows, and what the page says; both as the browser does."""
    spec, state = widget.proto, widget._widget_state
    value = spec.value if spec.set_value and hasattr(spec, "value") else spec.default
    match widget.type:
        case "slider":
            return list(value), list(state.double_array_value.data)
        case "select_slider":
            chosen = spec.raw_value if spec.set_value else [spec.options[int(spec.default[0])]]
            return list(chosen), [widget.format_func(widget.value)]
        case "number_input":
            return value, state.double_value
        case "toggle":
            return value, state.bool_value
        case "text_input":
            return value, state.string_value
        case "selectbox":
            chosen = spec.options[spec.default] if spec.HasField("default") else ""
            return spec.raw_value if spec.set_value else chosen, state.string_value
        case _:
            names = [getattr(option, "content", option) for option in spec.options]
            chosen = list(spec.raw_values) if spec.set_value else [names[i] for i in spec.default]
            return chosen, list(state.string_array_value.data)


@pytest.mark.parametrize("name", [info.name for info in find_pages()])
def test_widgets_never_show_their_lowest_value_for_the_one_that_counts(name: str) -> None:
    app = works(visit(name))
    app._run(WidgetStates(), timeout=60)  # nothing is reported: nothing was drawn yet
    wrong = {}
    for kind in KINDS:
        for widget in app.get(kind):
            there, meant = drawn(widget)
            if there != meant:
                wrong[widget.key] = f"shows {there}, is {meant}"
    assert not wrong
