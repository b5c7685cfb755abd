"""Which settings does a section show? Those that matter now; the rest under "More"."""

from collections.abc import Callable

import streamlit as st

from dashboard.core import link, networks
from dashboard.core.choices import held, one
from dashboard.core.controls import control
from dashboard.core.words import say, tr
from dashboard.sampling.model import Chosen, chosen_class, quietly
from dashboard.sampling.view import SamplingView
from engine.config import Knob, shown
from engine.runs.work import NETWORK as RUN
from engine.topics.autoregressive.networks import USE

NEEDS: dict[str, Callable[[SamplingView], bool]] = {  # a setting without effect is not shown
    "other_seed": lambda view: view.beside == "seed",
    "other_temperature": lambda view: view.beside == "temperature",
    "picture": lambda view: view.source == "test",
    "first": lambda view: view.keep == "rows",
    "rows": lambda view: view.keep == "rows",
    "again": lambda view: view.after > 0,
}


def settings(view: SamplingView, names: tuple[str, ...], *, label: bool = False) -> None:
    """Draw the widgets of these settings.

    Args:
        label: whether the class is that of what is drawn, and is always chosen.
    """
    knobs = view.knobs()
    found = quietly(view)
    wanted = [name for name in names if name != "run" and NEEDS.get(name, lambda view: True)(view)]
    without = found is not None and not found.model.classes
    own = view.source == "test" and ("whose" not in names or view.whose == "own")
    if without or (not label and (own or ("whose" in names and view.whose == "open"))):
        wanted = [name for name in wanted if name != "label"]
    if without:
        wanted = [name for name in wanted if name != "whose"]
    rest = [n for n in wanted if (look := shown(knobs[n])) and look.more]
    for name in wanted:
        if name not in rest:
            _widget(view, name, found)
    if rest:
        with st.expander(say("controls.more"), key="sampling_more"):
            for name in rest:
                _widget(view, name, found)


def _widget(view: SamplingView, name: str, found: Chosen | None) -> None:
    """A setting whose range is the model's own is drawn by that, any other as it is declared."""
    field = shown(view.knobs()[name]) or Knob(title=name)

    def write(value: int | str) -> None:
        link.write(SamplingView, view.with_(name, value))

    def choose(id: str) -> None:
        key = id.removeprefix(RUN)
        net = {"net": "run", "run": key} if key != id else {"net": id}
        link.write(SamplingView, SamplingView.model_validate({**dict(view), **net}))

    words = {"help": tr(field.help) or None}
    match name:
        case "net":
            now = view.net if view.net != "run" else f"{RUN}{view.run}" if view.run else ""
            networks.menu(USE, "sampling_net", tr(field.title), now, choose, tr(field.help))
        case "label" if found is not None and found.pictures.classes:
            labels = dict(enumerate(map(tr, found.pictures.classes[: found.model.classes])))
            key = f"sampling_label_{found.key}"  # a browser keeps the words of a menu of one key
            one(key, tr(field.title), labels, chosen_class(view, found), write, **words)
        case "ink" if found is not None:
            top = found.model.levels - 1
            held(st.slider, f"sampling_ink_{top}", tr(field.title), min(view.ink, top), write,
                 0, top, **words)  # fmt: skip
        case "picture" if found is not None and len(found.pictures.test.x) > 1:
            top = len(found.pictures.test.x) - 1
            held(st.slider, f"sampling_picture_{top}", tr(field.title),
                 view.picture % (top + 1), write, 0, top, **words)  # fmt: skip
        case _:
            control(SamplingView, "sampling", view, name)
