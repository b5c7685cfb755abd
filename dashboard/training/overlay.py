"""Other runs drawn behind this one, and what differs between them."""

from dashboard.core import link
from dashboard.core.choices import several
from dashboard.core.controls import what_differs
from dashboard.core.places import config_of
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.training.view import View
from engine.training.config import TrainConfig

MOST = 6


def differing(config: TrainConfig, key: str) -> str:
    """How a stored run differs from this one, as short text; its key where it cannot be told."""
    run = store().run(key)
    other = config_of(run) if run else None
    if not isinstance(other, TrainConfig):
        return key
    gaps = what_differs(config, other)
    return ", ".join(f"{title} {there}" for title, (_, there) in list(gaps.items())[:3]) or key


def overlay(config: TrainConfig, view: View) -> None:
    """Choose stored runs to draw behind this one; pinned ones come first."""
    runs = [run for run in store().runs() if run.kind == "train" and run.key != config.key]
    keys = [run.key for run in sorted(runs, key=lambda run: not run.pinned) if run.step][:60]
    several(
        "lab_overlay",
        say("training.compare_with"),
        {key: differing(config, key) for key in keys},
        view.overlay,
        lambda keys: link.write(View, view.with_("overlay", keys)),
        least=0,
        max_selections=MOST,
        help=say("training.compare_help"),
    )
