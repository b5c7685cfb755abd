"""The home page: a card with a picture for every page, and the state of the machine."""

import streamlit as st

from dashboard.core.live import live
from dashboard.core.places import title_of
from dashboard.core.router import find_pages
from dashboard.core.runtime import device, jobs, store
from dashboard.core.words import say, tr
from engine.paths import ASSETS


def cards(columns: int = 3) -> None:
    """One card a page, with its picture, in the order of the menu."""
    infos = [info for info in find_pages() if info.name != "home"]
    for start in range(0, len(infos), columns):
        row = infos[start : start + columns]
        for column, info in zip(st.columns(columns), row, strict=False):
            with column.container(border=True, height="stretch"):
                st.caption(tr(info.group))
                st.page_link(info.path, label=f"**{tr(info.title)}**", icon=info.icon)
                st.caption(tr(info.summary))
                picture = ASSETS / "thumbnails" / f"{info.name}.png"
                if picture.exists():
                    st.image(str(picture), width="stretch", alt=tr(info.title))


def machine() -> None:
    """Device, jobs with their progress, and the number of stored runs; follows them."""
    live(_machine, active=bool(jobs().active()), every=1.0)


def _machine() -> bool:
    left, middle, right = st.columns([2, 2, 1])
    left.metric(say("home.device"), device())
    running = jobs().active()
    with middle:
        st.markdown(f"**{say('home.jobs')}**")
        if not running:
            st.caption(say("home.no_jobs"))
        for run in running:
            share = run.step / run.steps if run.steps else 0.0
            text = say(
                "home.job",
                title=title_of(run),
                state=say(f"job.state_{run.state}"),
                share=f"{share:.0%}",
            )
            st.progress(min(1.0, share), text)
    right.metric(say("home.runs"), len(store().runs()))
    if store().trouble:
        st.warning(tr(store().trouble))
    return bool(running)
