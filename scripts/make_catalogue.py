"""Collects every sentence of the interface for translators: `assets/text/messages.pot`.

Run: python scripts/make_catalogue.py. To begin a language, copy the file to `messages.po` in the
folder `assets/text/<language>` and fill it in with any gettext editor; `pybabel update` brings one
up to date.
"""

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard.language.collect import sentences
from engine.paths import TEXT

POT = TEXT / "messages.pot"


def catalogue() -> bytes:
    """The template of all catalogues. No date, so that the same sentences make the same file."""
    catalog = Catalog(project="Blindspot", charset="utf-8", fuzzy=False)
    for one in sentences():
        catalog.add(
            one.english, context=one.id or None, locations=[(one.where.replace(" ", "-"), 0)]
        )
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=True, include_lineno=False)
    return out.getvalue()


if __name__ == "__main__":
    POT.write_bytes(catalogue())
    print(f"{POT}: {catalogue().count(b'msgid ')} sentences")
