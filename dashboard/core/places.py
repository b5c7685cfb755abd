"""Where on which page is a run shown, and what is it called? From a run to its link."""

import streamlit as st

from dashboard.core import sections
from dashboard.core.controls import what_differs
from dashboard.core.router import PAGES, find_pages
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.language.called import called
from engine.config import Knob, shown
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
        what = f"{_varied(config)}, " if config.vary else ""
        return f"{describe(config.base)} · {what}{say('compare.seeds', seeds=config.seeds)}"
    if isinstance(config, TrainConfig):
        parts = (config.data, config.model, config.optimizer)
        return " · ".join(tr(part.about.label) for part in parts)
    titles = {info.name: info.title for info in find_pages()}
    return f"{tr(titles[place_of(config)[0]])} · {tr(config.kind.replace('_', ' '))}"


def _varied(config: Sweep) -> str:
    """The setting that a sweep varies, with its values."""
    field = config.base.knobs()[config.vary]
    title = tr((shown(field) or Knob(title=config.vary)).title)
    return f"{title} {', '.join(called(field, value) for value in config.values)}"


def settings_of(run: Run) -> str:
    if (config := config_of(run)) is None:
        return "–"
    return ", ".join(f"{title} {value}" for title, value in settings_by_title(config).items())


def settings_by_title(config: Work) -> dict[str, str]:
    """What differs from the defaults, as a reader calls it."""
    gaps = what_differs(type(config)(), config)
    return {title: there for title, (_, there) in gaps.items() if there != "–"}  # else: it has none


def open_run(run: Run, config: Work, others: list[Run]) -> None:
    """Go to the page of a run, with its settings, and with other runs drawn behind it."""
    store().touch(run.key)
    page, flat = place_of(config)
    keys = [other.key for other in others if other.kind == "train"][:6]
    if keys:
        flat["overlay"] = "~".join(keys)
    st.switch_page(PAGES / f"{page}.py", query_params=flat)


def place_of(config: Work) -> tuple[str, dict[str, str]]:
    """The page that shows a piece of work, and what its link says then.

    Raises:
        LookupError: no page shows this kind.
    """
    for info in find_pages():
        for section, opens in sections.opening(info.name, type(config)):
            if isinstance(opens, str):
                items = {f"{opens}{name}": value for name, value in config.flat().items()}
            else:
                items = opens(config)
            return info.name, sections.at(info.name, section, items) if section else items
    raise LookupError(f"No page shows work of the kind {config.kind!r}.")
