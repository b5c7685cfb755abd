"""Which settings does a section show? Those that matter now; the rest under "More"."""

from dashboard.core.controls import few_first
from dashboard.sampling.view import SamplingView
from engine.config import shown

NEEDS = {  # a setting without effect is not shown
    "run": lambda view: view.net == "run",
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
        label: whether the class is chosen beside a test picture, too, which has its own.
    """
    knobs = view.knobs()
    wanted = [name for name in names if NEEDS.get(name, lambda view: True)(view)]
    if view.source == "test" and not label and "label" in wanted:
        wanted.remove("label")
    rest = [n for n in wanted if n != "run" and (look := shown(knobs[n])) and look.more]
    few_first(SamplingView, "sampling", view, [n for n in wanted if n not in rest], rest)
