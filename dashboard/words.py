"""Where do the sentences of the interface come from? `assets/words/<language>.toml`, by id."""

import tomllib
from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parents[1] / "assets"


@cache
def _table(language: str) -> dict[str, str]:
    path = ASSETS / "words" / f"{language}.toml"
    if not path.exists():
        return {}
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        f"{group}.{name}": text for group, table in groups.items() for name, text in table.items()
    }


def language() -> str:
    return str(st.session_state.get("language", "en"))


def say(id: str, **values: object) -> str:
    """The sentence of an id with its values filled in; English where there is no translation."""
    text = _table(language()).get(id) or _table("en")[id]
    return text.format(**values) if values else text
