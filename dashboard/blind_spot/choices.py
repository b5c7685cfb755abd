"""Which settings does a section show, in the order of the page's own?"""

from dashboard.blind_spot.view import SpotView
from dashboard.core.controls import control


def knobs_of(view: SpotView, *names: str) -> None:
    """Knobs of these names, with those of the part that each chooses."""
    for name in view.knobs():
        if name.split(".")[0] in names:
            control(SpotView, "spot", view, name)
