"""Other runs drawn behind this one, and what differs between them."""

from collections.abc import Sequence

from dashboard.core import link
from dashboard.core.choices import several
from dashboard.core.controls import what_differs
from dashboard.core.places import config_of
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.training.view import View
from engine.training.config import TrainConfig

MOST = 6


def names(config: TrainConfig, keys: Sequence[str]) -> dict[str, str]:
    """What to call stored runs, so that each is told from this one and from the others.

    What differs among them comes first; a note that somebody wrote comes before that.
    """
    found: dict[str, dict[str, str]] = {}
    notes: dict[str, str] = {}
    for key in keys:
        run = store().run(key)
        other = config_of(run) if run else None
        both = what_differs(config, other) if isinstance(other, TrainConfig) else {}
        found[key] = {title: there for title, (_, there) in both.items()}
        notes[key] = run.note if run else ""
    titles = list(dict.fromkeys(title for gaps in found.values() for title in gaps))
    apart = [t for t in titles if len({gaps.get(t) for gaps in found.values()}) > 1]
    called = {}
    for key, gaps in found.items():
        own = [t for t in apart if t in gaps] + [t for t in gaps if t not in apart]
        text = ", ".join(f"{title} {gaps[title]}" for title in own) or key
        called[key] = f"{notes[key]} · {text}" if notes[key] else text
    return called


def overlay(config: TrainConfig, view: View) -> None:
    """Choose stored runs to draw behind this one; pinned ones come first."""
    runs = [run for run in store().runs() if run.kind == "train" and run.key != config.key]
    keys = [run.key for run in sorted(runs, key=lambda run: not run.pinned) if run.step][:60]
    several(
        "lab_overlay",
        say("training.compare_with"),
        names(config, keys),
        view.overlay,
        lambda keys: link.write(View, view.with_("overlay", keys)),
        least=0,
        max_selections=MOST,
        help=say("training.compare_help"),
    )
