"""The pieces of the Runs page: a table of everything that was run, and what can be done with it."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard.core.apart import apart
from dashboard.core.controls import what_differs
from dashboard.core.export import harmless
from dashboard.core.places import config_of, open_run, settings_of, title_of
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.runs import acts
from dashboard.runs.acts import PICKED
from engine.runs.store import Run
from engine.runs.work import Work

STATES = ("queued", "running", "paused", "stopped", "done", "diverged", "failed", "interrupted")
LISTED = "runs_listed"  # keys in the table's order, and how many such lists there have been


def row_of(run: Run) -> dict[str, Any]:
    """One line of the table."""
    end = run.summary
    measure = end.get("validation_accuracy", end.get("validation_r2"))
    for name in ("validation_accuracy", "validation_r2"):
        measure = best(end, name, max) if measure is None else measure
    return {
        say("runs.pinned"): run.pinned,
        say("runs.what"): title_of(run),
        say("runs.state"): say(f"job.state_{run.state}"),
        say("runs.settings"): settings_of(run),
        say("runs.note"): run.note,
        say("runs.epochs"): run.step / run.steps if run.steps else 0.0,
        say("runs.loss"): end.get("validation_loss", best(end, "validation_loss", min)),
        say("runs.measure"): measure,
        say("runs.seconds"): round(run.seconds, 2),
        say("runs.mb"): round(store().size(run.key) / 2**20, 2),
        say("runs.created"): datetime.fromtimestamp(run.created, UTC),
        say("runs.key"): run.key,
    }


def best(
    end: Mapping[str, float], name: str, which: Callable[[list[float]], float]
) -> float | None:
    """Of many networks, the best one's value; None where there is none."""
    found = [value for key, value in end.items() if key.startswith(f"{name}:")]
    return which(found) if found else None


def chosen(runs: list[Run]) -> list[Run]:
    """The filter, the table, and the rows that are selected in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(say("runs.search"), key="runs_search", help=say("runs.search_help"))
        states = st.multiselect(
            say("runs.state"),
            STATES,
            key="runs_state",
            placeholder=say("controls.choose"),
            format_func=lambda state: say(f"job.state_{state}"),
        )
    rows = [(run, row_of(run)) for run in runs]
    rows = [
        (run, row)
        for run, row in rows
        if (not states or run.state in states)
        and all(word in _words(run, row) for word in text.lower().split())
    ]
    keys = [run.key for run, _ in rows]
    kept = st.session_state.get(PICKED, ())
    with st.container(key="runs_table"):
        event = _table([row for _, row in rows], keys, [k for k in keys if k in kept])
    st.download_button(
        say("runs.export"),
        table_csv([row for _, row in rows]),
        "runs.csv",
        "text/csv",
        icon=":material/download:",
        key="runs_export",
        on_click="ignore",
    )
    st.session_state[PICKED] = tuple(keys[i] for i in event)
    return [rows[i][0] for i in event]


def _words(run: Run, row: dict[str, Any]) -> str:
    """What a filter looks through: what the row shows, and its settings as a link writes them."""
    config = config_of(run)
    flat = config.flat() if config is not None else {}
    return f"{list(row.values())} {' '.join(f'{k}={v}' for k, v in flat.items())}".lower()


def _table(rows: list[dict[str, Any]], keys: list[str], picked: list[str]) -> list[int]:
    """Numbers of the rows that are ticked.

    A browser tells numbers, which mean something in the list alone that it shows: a list of other
    runs is another table, which begins with those runs that were ticked in the last one.
    """
    last, number = st.session_state.get(LISTED, ([], 0))
    number += last != keys
    st.session_state[LISTED] = keys, number
    event = st.dataframe(
        rows,
        key=f"runs_table_{number}",
        selection_default={"selection": {"rows": [keys.index(key) for key in picked]}},
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            say("runs.epochs"): st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1
            ),
            say("runs.loss"): st.column_config.NumberColumn(format="%.5g"),
            say("runs.measure"): st.column_config.NumberColumn(format="%.4g"),
            say("runs.created"): st.column_config.DatetimeColumn(format="distance"),
        },
    )
    return [i for i in event["selection"]["rows"] if i < len(rows)]


def table_csv(rows: list[dict[str, Any]]) -> str:
    """The table as CSV. Cells that a spreadsheet would run as a formula get an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def actions(picked: list[Run]) -> None:
    """What can be done with the selected runs."""
    if not picked:
        st.caption(say("runs.pick"))
        return
    first = picked[0]
    configs = [config for run in picked if (config := config_of(run)) is not None]
    known = len(configs) == len(picked)
    if not known:
        st.warning(say("runs.unknown"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if known and st.button(
            say("runs.open"), icon=":material/open_in_new:", type="primary", key="runs_open"
        ):
            open_run(first, configs[0], [])
        if (
            known
            and len(picked) > 1
            and st.button(
                say("runs.compare"), icon=":material/stacked_line_chart:", key="runs_compare"
            )
        ):
            open_run(first, configs[0], picked[1:])
        acts.pin(picked)
        if active := [run for run in picked if run.active]:
            acts.stop(active)
        elif known and (paused := [run for run in picked if run.state in acts.AGAIN]):
            acts.resume(paused)
        acts.delete(picked)
    acts.note(picked)
    if known and len(picked) > 1:
        differences(picked, configs)


def differences(picked: list[Run], configs: list[Work]) -> None:
    """A table of the settings in which the selected runs differ."""
    gaps: dict[str, list[str]] = {}
    for number, config in enumerate(configs[1:], 1):
        for title, (one, other) in what_differs(configs[0], config).items():
            gaps.setdefault(title, [one] * len(configs))[number] = other
    st.markdown(f"**{say('runs.differs')}**")
    if not gaps:
        st.caption(say("runs.same"))
        return
    titles = apart({run.key: run.note or title_of(run) for run in picked})
    heads = [titles[run.key] for run in picked]
    rows = [{"": title, **dict(zip(heads, values, strict=True))} for title, values in gaps.items()]
    st.dataframe(rows, hide_index=True, placeholder="–", key="runs_differences")
