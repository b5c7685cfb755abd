"""Where do the sentences of the interface come from? A folder a language, a file a page."""

import tomllib
from functools import cache

import streamlit as st

from engine.paths import TEXT


@cache
def sentences(language: str) -> dict[str, str]:
    """Sentences by id: `<file>.<name>`."""
    return {
        f"{path.stem}.{name}": text
        for path in sorted((TEXT / language / "words").glob("*.toml"))
        for name, text in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def language() -> str:
    return str(st.session_state.get("language", "en"))


def say(id: str, **values: object) -> str:
    """The sentence of an id with its values filled in; English where there is no translation."""
    text = sentences(language()).get(id) or sentences("en")[id]
    return text.format(**values) if values else text
