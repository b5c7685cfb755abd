"""Where on which page is a run shown, and what is it called? From a run to its link."""

import streamlit as st

from dashboard.core.router import PAGES, find_pages
from dashboard.core.runtime import store
from engine.config import encode
from engine.runs.store import Run
from engine.runs.work import Work, load
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep


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
