"""Which sentences are there in a language? Gettext catalogues, as translators know them."""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from engine.paths import TEXT

ENGLISH = "en"
FILE = "messages.po"
ABOUT = "language.toml"  # its name and direction, where they are not those of its code


def folders() -> tuple[Path, ...]:
    """Where languages are: those that come with the app, and those of `BLINDSPOT_LANGUAGES`."""
    more = os.environ.get("BLINDSPOT_LANGUAGES")
    return (TEXT, Path(more)) if more else (TEXT,)


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language."""

    language: str
    folder: Path
    sentences: dict[tuple[str, str], str]  # (id or "", English) to the translation
    name: str  # of the language, in itself
    rtl: bool  # written from right to left

    def __call__(self, english: str, id: str = "") -> str:
        """The translation of a sentence; English where there is none."""
        found = self.sentences.get((id, english)) or self.sentences.get(("", english))
        return found or english


@cache
def languages() -> dict[str, Catalogue]:
    """Every language there is, English first."""
    found = {ENGLISH: Catalogue(ENGLISH, TEXT / ENGLISH, {}, "English", False)}
    for folder in folders():
        for path in sorted(folder.glob(f"*/{FILE}")):
            found[path.parent.name] = _read(path)
    return found


def _read(path: Path) -> Catalogue:
    code = path.parent.name
    with path.open("rb") as file:
        catalogue = read_po(file, ignore_obsolete=True)
    sentences = {
        (message.context or "", str(message.id)): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
    about = path.with_name(ABOUT)
    about_it = tomllib.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    try:
        locale: Locale | None = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = None
    name = about_it.get("name") or (locale.get_display_name() if locale else "") or code
    rtl = about_it.get("direction", locale.text_direction if locale else "ltr") == "rtl"
    return Catalogue(code, path.parent, sentences, name, rtl)


@cache
def template() -> dict[str, str]:
    """The English sentences that have an id: `<page>.<name>`."""
    return {
        f"{path.stem}.{name}": text
        for path in sorted((TEXT / ENGLISH / "words").glob("*.toml"))
        for name, text in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }
