"""Lesson texts: Markdown with LaTeX, `assets/text/<language>/lessons/<page>.md`, by section id."""

import re
from functools import cache

import streamlit as st

from dashboard.language import current, languages

_HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<id>[a-z0-9_-]+)\}$", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Section id to Markdown, in file order."""
    marks = list(_HEADING.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {
        mark["id"]: f"#### {mark['title']}\n{text[mark.end() : end]}".strip()
        for mark, end in zip(marks, ends, strict=True)
    }


@cache
def load(page: str, language: str = "en") -> dict[str, str]:
    """All sections of a page, as far as translated in that language; none where it has no file."""
    own, english = (
        languages()[code].folder / "lessons" / f"{page}.md" for code in (language, "en")
    )
    path = own if own.exists() else english
    return parse(path.read_text(encoding="utf-8")) if path.exists() else {}


def lesson(page: str, section: str) -> None:
    """Show one section."""
    st.markdown(load(page, current().language)[section])
