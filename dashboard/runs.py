"""The pieces of the Runs page: a table of everything that was run, and what can be done with it."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import ticked
from dashboard.controls import what_differs
from dashboard.harmless import harmless
from dashboard.router import PAGES, find_pages
from dashboard.runtime import jobs, store
from dashboard.words import say
from engine.config import encode
from engine.race import Sweep
from engine.store import Run
from engine.training import TrainConfig
from engine.work import Work, load

MANY = 8  # names in a question, before it scrolls
RESUMABLE = ("paused", "stopped", "interrupted", "failed")
STATES = ("queued", "running", "paused", "stopped", "done", "diverged", "failed", "interrupted")


def config_of(run: Run) -> Work | None:
    """What was run; None where this version no longer has such settings."""
    try:
        return load(run.config)
    except ValueError:
        return None


def title_of(run: Run) -> str:
    """What a run is, in a few words: its data, its model and its optimizer."""
    config = config_of(run)
    return run.kind if config is None else describe(config)


def describe(config: Work) -> str:
    if isinstance(config, Sweep):
        what = f"{config.vary} {encode(config.values).replace('~', ', ')}, " if config.vary else ""
        return f"{describe(config.base)} · {what}{config.seeds} seeds"
    if isinstance(config, TrainConfig):
        parts = (config.data, config.model, config.optimizer)
        return " · ".join(part.about.label for part in parts)
    titles = {info.name: info.title for info in find_pages()}
    return f"{titles.get(config.page, config.page)} · {config.kind.replace('_', ' ')}"


def settings_of(run: Run) -> str:
    if (config := config_of(run)) is None:
        return "–"
    flat = config.flat()
    return " ".join(f"{name.removeprefix('base.')}={value}" for name, value in flat.items())


def row_of(run: Run) -> dict[str, Any]:
    """One line of the table."""
    end = run.summary
    measure = end.get("validation_accuracy", end.get("validation_r2"))
    return {
        say("runs.pinned"): run.pinned,
        say("runs.what"): title_of(run),
        say("runs.state"): run.state,
        say("runs.settings"): settings_of(run),
        say("runs.epochs"): run.step / run.steps if run.steps else 0.0,
        say("runs.loss"): end.get("validation_loss"),
        say("runs.measure"): measure,
        say("runs.seconds"): round(run.seconds, 2),
        say("runs.mb"): round(store().size(run.key) / 2**20, 2),
        say("runs.created"): datetime.fromtimestamp(run.created, UTC),
        say("runs.note"): run.note,
        say("runs.key"): run.key,
    }


def chosen(runs: list[Run]) -> list[Run]:
    """The filter, the table, and the rows that are selected in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(say("runs.search"), key="runs_search", help=say("runs.search_help"))
        states = st.multiselect(say("runs.state"), STATES, key="runs_state")
    rows = [(run, row_of(run)) for run in runs]
    rows = [
        (run, row)
        for run, row in rows
        if (not states or run.state in states)
        and all(word in str(row.values()).lower() for word in text.lower().split())
    ]
    widget, on_select = ticked.table("runs", [run.key for run, _ in rows])
    with st.container(key="runs_table"):
        st.dataframe(
            [row for _, row in rows],
            key=widget,
            hide_index=True,
            placeholder="–",
            on_select=on_select,
            selection_mode="multi-row",
            column_config={
                say("runs.epochs"): st.column_config.ProgressColumn(
                    format="percent", min_value=0, max_value=1
                ),
                say("runs.loss"): st.column_config.NumberColumn(format="%.4f"),
                say("runs.measure"): st.column_config.NumberColumn(format="%.3f"),
                say("runs.created"): st.column_config.DatetimeColumn(format="distance"),
            },
        )
    st.download_button(
        say("runs.export"),
        table_csv([row for _, row in rows]),
        "runs.csv",
        "text/csv",
        icon=":material/download:",
        key="runs_export",
        on_click="ignore",
    )
    of = {run.key: run for run, _ in rows}
    return [of[key] for key in ticked.ticked("runs") if key in of]


def table_csv(rows: list[dict[str, Any]]) -> str:
    """The table as CSV. Cells that a spreadsheet would run as a formula get an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def actions(picked: list[Run]) -> None:
    """What can be done with the selected runs: every act holds the keys that were shown."""
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
        keys, pinned = [run.key for run in picked], all(run.pinned for run in picked)
        st.button(
            say("runs.unpin" if pinned else "runs.pin"), icon=":material/keep:", key="runs_pin",
            on_click=pin, args=(keys, not pinned),
        )  # fmt: skip
        if moving := [run.key for run in picked if run.active]:
            st.button(
                say("runs.stop"), icon=":material/stop:", key="runs_stop",
                on_click=stop, args=(moving,),
            )  # fmt: skip
        elif known and (resting := [run.key for run in picked if run.state in RESUMABLE]):
            st.button(
                say("runs.resume"), icon=":material/play_arrow:", key="runs_resume",
                on_click=resume, args=(resting,),
            )  # fmt: skip
        with st.popover(say("runs.delete"), icon=":material/delete:"):
            question(picked)
    if len(picked) == 1:
        note(first)
    elif known:
        differences(picked, configs)


def question(picked: list[Run]) -> None:
    """Whether to delete these runs, by name; pinned ones are not for the taking."""
    going = [run for run in picked if not run.pinned]
    if going:
        st.markdown(say("runs.sure", count=len(going)))
        with st.container(height=240 if len(going) > MANY else "content"):
            st.markdown("\n".join(f"- {name_of(run)}" for run in going))
    if len(going) < len(picked):
        names = ", ".join(name_of(run) for run in picked if run.pinned)
        st.caption(say("runs.pinned_stay", names=names))
    st.button(
        say("runs.delete"), key="runs_delete", type="primary", disabled=not going,
        on_click=delete, args=([run.key for run in going],),
    )  # fmt: skip


def name_of(run: Run) -> str:
    """A run so that it is no other: what it is, how it stands, and the start of its key."""
    return f"{title_of(run)}, {run.state} (`{run.key[:6]}`)"


def note(run: Run) -> None:
    """The box for the note of one run."""
    box = f"runs_note_{run.key}"

    def save() -> None:
        store().set(run.key, note=st.session_state[box])

    st.text_input(say("runs.note"), run.note, key=box, max_chars=300, on_change=save)


def pin(keys: list[str], pinned: bool) -> None:
    for key in keys:
        store().set(key, pinned=int(pinned))


def stop(keys: list[str]) -> None:
    for key in keys:
        jobs().stop(key, "stopped", wait=1.0)


def resume(keys: list[str]) -> None:
    """Those that still rest: somebody else may have resumed or deleted them meanwhile."""
    for key in keys:
        run = store().run(key)
        if run and run.state in RESUMABLE and (config := config_of(run)) is not None:
            jobs().submit(config)


def delete(keys: list[str]) -> None:
    """Delete runs but those that somebody has pinned meanwhile; afterwards none is ticked."""
    for key in keys:
        run = store().run(key)
        if run and not run.pinned:
            jobs().stop(key, "stopped", wait=3.0)
            store().delete(key)
    ticked.untick("runs")


def open_run(run: Run, config: Work, others: list[Run]) -> None:
    """Go to the page of a run, with its settings, and with other runs drawn behind it."""
    store().touch(run.key)
    flat = link_of(config)
    keys = [other.key for other in others if other.kind == "train"][:6]
    if keys:
        flat["overlay"] = "~".join(keys)
    st.switch_page(PAGES / f"{config.page}.py", query_params=flat)


def link_of(config: Work) -> dict[str, str]:
    """What the link of its page says of a piece of work."""
    if isinstance(config, Sweep):
        return config.base.flat() | {
            "compare": "sweep" if config.vary else "seeds",
            "seeds": str(config.seeds),
            **({"vary": config.vary, "values": encode(config.values)} if config.vary else {}),
        }
    own = config.flat() if config.prefix is not None else {}
    section = {"section": config.section} if config.section else {}
    named = {f"{config.prefix}{name}": value for name, value in own.items()}
    return named | section | dict(config.beside)


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
    rows = [
        {"": title, **dict(zip([run.key for run in picked], values, strict=True))}
        for title, values in gaps.items()
    ]
    st.dataframe(rows, hide_index=True, placeholder="–", key="runs_differences")
