"""How does the engine say a sentence that somebody may have to translate? With its values apart."""

import json
from collections.abc import Sequence
from typing import Any


class Said(str):
    """A sentence in English that still knows what it was made of.

    The engine knows no language. What it tells a person, an error above all, is made by `said`; the
    dashboard looks its template up in the reader's language and fills the values in there.
    """

    template: str
    values: dict[str, object]


def said(template: str, /, **values: object) -> Said:
    """The sentence of a template with {names}, filled in.

    Args:
        template: English; a literal, so that it can be collected for translators.
        values: by name; texts among them are translated, too, where they are sentences.
    """
    text = Said(template.format(**values) if values else template)
    text.template, text.values = template, values
    return text


def joined(parts: Sequence[str]) -> Said:
    """Whole sentences one after the other."""
    names = [f"part{i}" for i in range(len(parts))]
    return said(" ".join(f"{{{n}}}" for n in names), **dict(zip(names, parts, strict=True)))


def why(error: BaseException) -> str:
    """What an error says; one that was made by `said` can still be translated."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Said) else str(error)


def pack(text: str) -> str:
    """A sentence as a text that a file or a message keeps, with its template and its values."""
    if not isinstance(text, Said):
        return str(text)
    values = {
        name: value
        if isinstance(value, int | float)
        else pack(value if isinstance(value, str) else str(value))
        for name, value in text.values.items()
    }
    return json.dumps({"said": text.template, "with": values}, ensure_ascii=False)


def unpack(text: str) -> str:
    """The inverse of `pack`."""
    if not text.startswith('{"said": '):
        return text
    kept: dict[str, Any] = json.loads(text)
    values = {n: unpack(v) if isinstance(v, str) else v for n, v in kept["with"].items()}
    return said(kept["said"], **values)
