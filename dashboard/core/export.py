"""What can be taken away: link, script that reproduces the number, data, weights; and the honest
line at the foot that says where the numbers come from."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard.core import places
from dashboard.core.runtime import store
from dashboard.core.words import say
from engine.runs.files import decode_state, encode_state
from engine.runs.store import Run, Series
from engine.runs.work import Work
from engine.training.script_of import has_script, script_of

STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """The value; a text that a spreadsheet would run gets an apostrophe in front.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in STARTS else value


def history_csv(history: Series, epochs: float | None = None) -> str:
    """Long table: series, step, value; and the epoch where `epochs`, those of a step, are given."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["series", "step", "value"] + ["epoch"] * (epochs is not None))
    for name, (steps, values) in history.items():
        for step, value in zip(steps, values, strict=True):
            row = [harmless(name), int(step), repr(float(value))]
            writer.writerow(row if epochs is None else [*row, f"{step * epochs:.6g}"])
    return out.getvalue()


def file_name(run: Run) -> str:
    """What a run is and the start of its key, as files are called: moons-mlp-adam-1a2b3c4d."""
    words = re.sub(r"[^\w.+-]+", "-", places.title_of(run)).strip("-").lower()
    return f"{words[:60]}-{run.key[:8]}"


def _epochs(config: Work | None, run: Run) -> float | None:
    """Of a step; None of work without epochs."""
    passes = getattr(getattr(config, "base", config), "epochs", None)
    return passes / run.steps if passes and run.steps else None


def weights(run: Run) -> bytes:
    """The stored weights, and in their file's header what they are of."""
    state = decode_state((store().root / run.key / "weights.safetensors").read_bytes())
    return encode_state(state, {"key": run.key, "config": run.config})


def honest(config: Work, run: Run | None) -> str:
    """Device, seed, cached or fresh, seconds, key, and the hashes that prove equal starts."""
    if run is None or not run.device:  # not even begun
        return say("export.untrained", key=config.key)
    age = time.time() - run.created
    fresh = say("export.fresh") if age < 60 else say("export.earlier", when=ago(age))
    if run.state not in ("done", "diverged"):
        fresh = say("export.so_far")
    facts = run.facts
    if "weights_hash" not in facts:  # many networks: the page names their hashes itself
        return say(
            "export.honest_many",
            fresh=fresh,
            seconds=f"{run.seconds:.1f}",
            device=run.device or "–",
            networks=facts.get("runs", "–"),
            key=run.key,
        )
    return say(
        "export.honest",
        fresh=fresh,
        seconds=f"{run.seconds:.1f}",
        device=run.device or "–",
        seed=getattr(config, "seed", "–"),
        weights=facts.get("weights_hash", "–"),
        order=facts.get("order_hash", "–"),
        key=run.key,
        parameters=f"{facts.get('parameters', 0):,}",
    )


def ago(seconds: float) -> str:
    """A length of time in its largest whole unit: 3 d, 5 h, 12 min, 40 s."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return say(f"export.{unit}", count=f"{seconds / size:.0f}")
    return say("export.seconds", count=f"{seconds:.0f}")


def foot(
    sentence: str,
    run: Run | None = None,
    *,
    key: str | None = None,
    more: Callable[[], None] | None = None,
) -> None:
    """The row below a result: the link, what can be taken away, and where the numbers come from.

    Args:
        sentence: where they come from.
        run: whose files are offered.
        key: of the row.
        more: draws what else stands in the row.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        share()
        if run is not None:
            export(run)
        if more is not None:
            more()
        st.caption(sentence, width="stretch")


def numbers(name: str, key: str, columns: Callable[[], Mapping[str, Iterable[Any]]]) -> None:
    """A download of what is drawn where no run is behind it; made when it is asked for.

    Args:
        name: of the file, before the key.
        key: of the settings.
        columns: makes columns of one length.
    """

    def csv_of() -> bytes:
        table, out = columns(), io.StringIO()
        writer = csv.writer(out)
        writer.writerow([harmless(title) for title in table])
        plain = [getattr(column, "tolist", lambda c=column: c)() for column in table.values()]
        writer.writerows([harmless(value) for value in row] for row in zip(*plain, strict=True))
        return out.getvalue().encode()

    with st.popover(say("export.export"), icon=":material/download:"):
        st.download_button(
            say("export.csv"),
            csv_of,
            f"{name}-{key}.csv",
            "text/csv",
            key=f"csv_{name}_{key}",
            on_click="ignore",
        )
        st.caption(say("export.picture"))


def share() -> None:
    with st.popover(say("export.share"), icon=":material/link:"):
        st.caption(say("export.share_help"))
        base = (st.context.url or "").split("?")[0]
        query = "&".join(f"{name}={value}" for name, value in st.query_params.to_dict().items())
        st.code(f"{base}?{query}" if query else base, language=None, wrap_lines=True)


def export(run: Run) -> None:
    """Downloads of one run; each is made when it is asked for."""
    config, name = places.config_of(run), file_name(run)
    with st.popover(say("export.export"), icon=":material/download:"):
        st.download_button(
            say("export.csv"),
            lambda: history_csv(store().history(run.key), _epochs(config, run)).encode(),
            f"{name}.csv",
            "text/csv",
            key=f"csv_{run.key}",
            on_click="ignore",
        )
        if config is not None and has_script(config, run):
            st.download_button(
                say("export.script"),
                lambda: script_of(config, run, store().history(run.key)).encode(),
                f"{name}.py",
                "text/x-python",
                key=f"script_{run.key}",
                on_click="ignore",
                help=say("export.script_help"),
            )
        if (store().root / run.key / "weights.safetensors").exists():
            st.download_button(
                say("export.weights"),
                lambda: weights(run),
                f"{name}.safetensors",
                key=f"weights_{run.key}",
                on_click="ignore",
            )
        st.download_button(
            say("export.config"),
            run.config,
            f"{name}.json",
            "application/json",
            key=f"config_{run.key}",
            on_click="ignore",
        )
        st.caption(say("export.picture"))
