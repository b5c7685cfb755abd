"""What all sections share: the choice of table and model, what they are, and the honest foot."""

import time
from collections.abc import Callable

import streamlit as st

from dashboard.core import export, job, link
from dashboard.core.choices import one, several
from dashboard.core.controls import control, few_first
from dashboard.core.runtime import device
from dashboard.core.words import reason, say, tr
from dashboard.explain_tables.view import TablesView
from engine.config import Config, shown
from engine.data import DataError
from engine.runs.store import Run
from engine.runs.work import Work
from engine.topics.explain_tables.models import Fitted, TableModel, learnable
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.uploaded_tables import keep, sheet_of

FEW = ("model.data", "model.predictor", "model.output")


def usable(view: TablesView) -> TablesView:
    """The view, with our own table instead of one that cannot be had; a note says why."""
    try:
        table = view.model.table()
    except DataError as error:
        link.note(reason(error))
        return view.with_("model", TableModel(predictor=view.model.predictor))
    last = len(table.x) - 1
    low, high = table.x.min(0), table.x.max(0)
    kept = tuple(
        (column, value)
        for column, value in view.what
        if column < len(low) and low[column] <= value <= high[column]
    )
    if gone := [
        f"{column} = {value:g}" for column, value in view.what if (column, value) not in kept
    ]:
        link.note(say("explain_tables.passed_over", what=", ".join(gone[:5])))
        view = view.model_copy(update={"what": kept})
    if view.row > last:
        link.note(say("explain_tables.last_row", row=view.row, last=last))
        view = view.with_("row", last)
    return view


def opened(show: Callable[[TablesView], None], view: TablesView) -> None:
    """A section, or the sentence why its model cannot be had."""
    try:
        show(view)
    except DataError as error:
        st.error(plain(reason(error)), icon=":material/error:")


def model(view: TablesView) -> None:
    """Widgets of table and model; the parts' own knobs folded."""
    names = list(view.model.knobs("model."))
    if view.model.csv:
        _own(view)
    else:
        control(TablesView, "tables", view, "model.data")
    with st.expander(say("explain_tables.bring"), icon=":material/upload_file:"):
        _bring(view)
    control(TablesView, "tables", view, "model.predictor")
    if view.model.table().classes:
        _answer(view)
        control(TablesView, "tables", view, "model.output")
    hidden = ("model.data",) if view.model.csv else ()
    rest = [n for n in names if n not in (*FEW, "model.answer") and not n.startswith(hidden)]
    few_first(TablesView, "tables", view, [], rest, last=lambda: _left_out(view))


def own_key(view: TablesView, name: str) -> str:
    """The key of a widget whose options are this table's: another table gets another widget, or
    the browser would go on showing the old option's label."""
    return f"tables_{name}_{view.model.csv or view.model.data.id}"


def _bring(view: TablesView) -> None:
    """A file of one's own; what is wrong with it is said, and everything stays as it was."""
    key = "tables_file"

    def brought() -> None:
        if (file := st.session_state[key]) is None:
            return
        try:
            own = learnable(keep(file.getvalue()))
        except CsvError as error:
            link.note(
                say("explain_tables.refused", file=plain(file.name[:60]), why=plain(reason(error)))
            )
            return
        _other_target(own)
        _take(view, own.with_("predictor", view.model.predictor))

    st.file_uploader(
        say("explain_tables.file"), key=key, on_change=brought, max_upload_size=10,
        help=say("explain_tables.file_help"),
    )  # fmt: skip


def _other_target(own: TableModel) -> None:
    """Why the last column, which is the target as a rule, is none here."""
    try:
        TableModel(csv=own.csv).table()
    except DataError as error:
        name = plain(own.table().target)
        link.note(say("explain_tables.other_target", why=plain(reason(error)), name=name))


def _take(view: TablesView, own: TableModel) -> None:
    """Another table: its rows and columns are others."""
    first = {"model": own, "row": 0, "what": (), "column": -1, "partner": -1}
    link.write(TablesView, view.model_copy(update=first))


def _own(view: TablesView) -> None:
    """Which column of the brought table is predicted, and as what; and the way back to ours."""
    columns = sheet_of(view.model.csv).columns
    key = own_key(view, "target")
    target_now = view.model.target % len(columns)

    def chosen(target: int, task: str = "auto") -> None:
        own = TableModel(csv=view.model.csv, target=target, predictor=view.model.predictor).with_(
            "task", task
        )
        try:
            own.table()
        except DataError as error:
            if task == "auto":  # without its rare classes, if that is what it lacks
                chosen(target, "classes")
            else:
                link.note(plain(reason(error)))
            return
        _take(view, own)

    names = {i: column.name for i, column in enumerate(columns)}
    one(key, say("explain_tables.target"), names, target_now, chosen)
    tasks = ("auto", "classes") if columns[target_now].names else ("auto", "classes", "number")
    one(
        own_key(view, "task"),
        say("explain_tables.task"),
        {task: say(f"explain_tables.task_{task}") for task in tasks},
        view.model.task,
        lambda task: chosen(target_now, task),
        help=say("explain_tables.task_help"),
    )
    st.button(
        say("explain_tables.back"),
        icon=":material/undo:",
        key="tables_back",
        on_click=lambda: _take(view, TableModel(predictor=view.model.predictor)),
    )


def _answer(view: TablesView) -> None:
    """The class that is explained, by its name."""
    table = view.model.table()
    now = view.model.answer if 0 <= view.model.answer < len(table.classes) else table.positive
    one(
        own_key(view, "answer"),
        say("explain_tables.answer"),
        {k: tr(name) for k, name in enumerate(table.classes)},
        now,
        lambda chosen: link.write(TablesView, view.with_("model.answer", chosen)),
    )


def _left_out(view: TablesView) -> None:
    """Columns that the model does not get; the others are numbered anew."""
    features = view.model.with_("left_out", ()).table().features
    key = own_key(view, f"left_out_{view.model.target}")

    def chosen(columns: tuple[int, ...]) -> None:
        own = view.model.with_("left_out", tuple(sorted(columns)))
        try:
            own.table()
        except DataError as error:
            link.note(plain(reason(error)))
            return
        other = {"model": own, "what": (), "column": -1, "partner": -1}
        link.write(TablesView, view.model_copy(update=other))

    several(
        key,
        say("explain_tables.left_out"),
        dict(enumerate(features)),
        view.model.left_out,
        chosen,
        least=0,
        help=say("explain_tables.left_out_help"),
    )


def about(model: Fitted) -> None:
    """One line: rows, columns, parts, and what was done to the data."""
    table = model.table
    st.caption(
        say(
            "explain_tables.about",
            label=plain(tr(table.label)),
            rows=f"{len(table.x):,}",
            columns=say("explain_tables.columns", count=len(table.features))
            if len(table.features) > 1
            else say("explain_tables.one_column"),
            trained=f"{len(table.train):,}",
            held=f"{len(table.held_out):,}",
            model=tr(model.learnt_by),
            parameters=f"{model.learnt.parameters:,}",
            seconds=f"{model.seconds:.2f}",
        )
    )
    for sentence in (*model.learnt.remarks, *table.said):
        st.caption(f":material/info: {plain(tr(sentence))}")


def foot(model: Fitted, config: Work | None = None, run: Run | None = None) -> None:
    """Where the numbers of a model come from, or those of a job that asked it; and the link."""
    if config is not None and run is not None:
        job.foot(config, run, model.config.seed)
        return
    said = say(
        "explain_tables.honest",
        seconds=f"{model.seconds:.2f}",
        device=device(),
        seed=model.config.seed,
        key=model.config.key,
    )
    export.foot(said)


def foot_at_once(view: TablesView, part: Config) -> None:
    """Where numbers come from that are computed while one waits, and the link.

    Args:
        part: the settings that decide them.
    """
    seed = getattr(part, "seed", view.model.seed)
    export.foot(say("explain_tables.at_once", device=device(), seed=seed, key=part.key))


def working(config: Work) -> str:
    """That it is being computed, where it is."""
    return say("explain_tables.working") if job.active(config) else ""


def ran(
    view: TablesView, config: Work, run: Run | None, table: Callable[[], str] | None = None
) -> None:
    """Where the numbers of a job come from; the link, and the downloads; `table` makes a CSV."""
    if run is None:
        return

    def download() -> None:
        if table is not None:
            st.download_button(
                say("explain_tables.values_csv"),
                lambda: table().encode(),
                f"{export.file_name(run)}-values.csv",
                "text/csv",
                icon=":material/table:",
                key="tables_values",
                on_click="ignore",
            )

    age = time.time() - run.created
    fresh = say("explain_tables.fresh")
    when = fresh if age < 60 else say("explain_tables.ago", when=export.ago(age))
    sentence = say(
        "explain_tables.ran",
        when=when,
        seconds=f"{run.seconds:.1f}",
        device=run.device or "–",
        seed=getattr(config, "seed", view.model.seed),
        key=run.key,
    )
    export.foot(sentence, run, more=download)


def part(view: TablesView, prefix: str, hide: tuple[str, ...] = ()) -> None:
    """The widgets of a part of the view, the rarer ones folded; not those that stand elsewhere."""
    names = {n: f for n, f in view.get(prefix).knobs(f"{prefix}.").items() if n not in hide}
    few = [name for name, field in names.items() if not (look := shown(field)) or not look.more]
    few_first(TablesView, "tables", view, few, [name for name in names if name not in few])


def plain(text: str) -> str:
    """A name that somebody typed, as Markdown shows it: letter by letter."""
    for mark in "\\`*_{}[]<>()#+-.!|$~:":
        text = text.replace(mark, "\\" + mark)
    return text
