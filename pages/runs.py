"""What was run, with which result? Every run, to find, compare, continue and take along."""

import streamlit as st

from dashboard.core.live import live, watch
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from dashboard.runs import acts, table

PAGE = {
    "title": "Runs",
    "icon": ":material/list_alt:",
    "group": "Runs",
    "order": 900,
    "summary": "Every run with its settings, its result and its cost.",
}


def draw() -> bool:
    acts.undo()
    found = store().runs()
    if not found:
        st.info(say("runs.empty"))
        return bool(jobs().active())
    table.actions(table.chosen(found))
    size = sum(store().size(run.key) for run in found) / 2**20
    limit = store().limit / 2**20
    st.caption(say("runs.size", count=len(found), size=f"{size:,.1f}", limit=f"{limit:,.0f}"))
    return bool(jobs().active())


live(draw, active=bool(jobs().active()), every=1.5)
if not jobs().active():
    watch(lambda: [(run.key, run.state) for run in store().runs()])
