"""What does training make of the masks in the lab? Known of the museum's, live of one's own."""

import streamlit as st

from dashboard.blind_spot.figures import masks as figures
from dashboard.blind_spot.view import SpotView
from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import honest
from dashboard.core.live import live
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.figures import bits_curves
from dashboard.figures.curves import Line
from engine.runs.shipped import put_shipped
from engine.runs.store import EMPTY, Run
from engine.topics.autoregressive.exhibit import CHANNELS, CUSTOM, LAYERS, Exhibit
from engine.topics.autoregressive.museum import MUSEUM
from engine.topics.autoregressive.verdict import Verdict

OWN = (
    "first",
    "later",
    "colour",
    "first_channels",
    "later_channels",
    "stacks",
    "vertical_first",
    "vertical_later",
    "padding",
)
BOTH = ("these", "right")
NOTICED = 0.1  # bits/dim: one seed differs from another by less than 0.05 between the same masks


def exhibit_of(view: SpotView) -> Exhibit:
    """What is trained: settings without effect on the masks stay at their defaults."""
    known = view.piece in MUSEUM
    names = ("kernel", "seed") if known else ("kernel", "seed", *OWN)
    given = {name: getattr(view, name) for name in names}
    if not known and not view.colour:
        given |= {"first_channels": "", "later_channels": ""}
    if not known and not view.stacks:
        given |= {"vertical_first": "", "vertical_later": ""}
    return Exhibit(piece=view.piece if known else CUSTOM, **given)


def show(view: SpotView, verdict: Verdict) -> None:
    """Held-out bits/dim of both networks, and what they draw."""
    config = exhibit_of(view)
    put_shipped(store(), config)
    st.markdown(f"#### {say('blind_spot.exhibit')}")
    live(lambda: _draw(config, verdict), active=job.active(config), every=0.7)


def _draw(config: Exhibit, verdict: Verdict) -> bool:
    st.markdown(_says(config, verdict, store().run(config.key)))
    run = job.bar(config, "spot_exhibit", say("blind_spot.learn"), "job.train_again")
    moving = bool(run and run.active)
    history = store().history(config.key) if run else {}
    if not run or not history:
        return moving
    left, right = st.columns([2, 3])
    names = {name: say(f"blind_spot.exhibit_{name}") for name in BOTH}
    with left:
        lines = [
            Line(names[name], *history.get(name, EMPTY), index, index)
            for index, name in enumerate(BOTH)
        ]
        per_epoch = int(run.facts.get("per_epoch", 1))
        figure = bits_curves.learning(
            "spot_exhibit", lines, {}, per_epoch=per_epoch, epochs=run.steps / per_epoch
        )
        chart(figure, "spot_exhibit", say("blind_spot.learning_alt"))
    with right:
        if steps := store().frame_steps(config.key):
            arrays = store().frame(config.key, steps[-1])
            sheets = {say(f"blind_spot.drawn_{name}"): arrays[name] for name in BOTH}
            figure = figures.drawn(sheets, int(run.facts["levels"]))
            chart(figure, "spot_drawn", say("blind_spot.drawn_alt"))
    st.caption(honest(config, run))
    return moving


def _says(config: Exhibit, verdict: Verdict, run: Run | None) -> str:
    """What is trained on what; once it is known, how many bits both need, and what it means."""
    meant = tr(config.right().about.label)
    colour = config.masks().channels == 3
    text = say(
        "blind_spot.exhibit_what",
        layers=LAYERS,
        channels=CHANNELS,
        pictures=say("blind_spot.exhibit_shapes" if colour else "blind_spot.exhibit_digits"),
        meant=meant[0].lower() + meant[1:],
    )
    if run is None or "these" not in run.summary:
        return text
    these, right = run.summary["these"], run.summary["right"]
    gains = these < right - NOTICED
    which = "legal" if not verdict.leaks else "reads" if gains else "hides"
    numbers = {"these": f"{these:.3f}", "right": f"{right:.3f}", "gap": f"{these - right:+.3f}"}
    return text + " " + say(f"blind_spot.exhibit_{which}", **numbers)
