"""Makes a language in which every sentence stands in brackets: what has none cannot be translated.

Run: python scripts/make_test_language.py FOLDER [rtl], then BLINDSPOT_LANGUAGES=FOLDER make run.
"Test" is in the menu of languages then. With rtl it is written from right to left.
"""

import io
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard.language.catalogue import ABOUT, ENGLISH, FILE
from dashboard.language.collect import sentences
from engine.paths import TEXT

CODE, OPEN, CLOSE = "zz", "⟦", "⟧"
_VALUE = re.compile(r"(?<![%{}\w^_\\])(\{[a-z]\w*(?:[:!][^{}]*)?\})(?!\})")
_HEADING = re.compile(r"^(?P<marks>#+ |[-*] |\d+\. |\| ?)(?P<text>.*)$")


def bracket(text: str) -> str:
    """The sentence in brackets, with the white space that it begins and ends with outside."""
    inner = text.strip()
    return text.replace(inner, f"{OPEN}{inner}{CLOSE}", 1) if inner else text


def around(text: str) -> str:
    """The sentence in brackets, and the values that it holds outside: they are to be in the
    reader's language, too."""
    return _VALUE.sub(rf"{CLOSE}\1{OPEN}", bracket(text))


def lesson(text: str) -> str:
    """A lesson with the words of every line in brackets; ids and formulas as they are."""
    out, formula = [], False
    for line in text.split("\n"):
        if line.strip() == "$$":
            formula = not formula
        elif not formula and line.strip() and not line.startswith(("$$", "---", "|--", "|:-")):
            heading = re.match(r"^(## )(.*?)( \{#[a-z0-9_-]+\})$", line)
            if heading:
                line = heading[1] + bracket(heading[2]) + heading[3]
            elif mark := _HEADING.match(line):
                line = mark["marks"] + bracket(mark["text"])
            else:
                line = bracket(line)
        out.append(line)
    return "\n".join(out)


def make(folder: Path, *, rtl: bool = False) -> None:
    """Write the language below a folder."""
    catalog = Catalog(project="Blindspot", charset="utf-8", fuzzy=False)
    for one in sentences():
        catalog.add(one.english, around(one.english), context=one.id or None)
    out = io.BytesIO()
    write_po(out, catalog, width=0)
    own = folder / CODE
    (own / "lessons").mkdir(parents=True, exist_ok=True)
    (own / FILE).write_bytes(out.getvalue())
    direction = "rtl" if rtl else "ltr"
    (own / ABOUT).write_text(f'name = "Test"\ndirection = "{direction}"\n', encoding="utf-8")
    for path in (TEXT / ENGLISH / "lessons").glob("*.md"):
        (own / "lessons" / path.name).write_text(
            lesson(path.read_text(encoding="utf-8")), encoding="utf-8"
        )


if __name__ == "__main__":
    make(Path(sys.argv[1]), rtl="rtl" in sys.argv[2:])
