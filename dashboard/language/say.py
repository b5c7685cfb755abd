"""How is a sentence said to whoever is looking? In that visitor's language, with its values."""

from collections.abc import Callable

from dashboard.language.catalogue import ENGLISH, Catalogue, languages, template
from engine.words import Said, why

_visitor: list[Callable[[], str]] = [lambda: ENGLISH]


def speak_by(language: Callable[[], str]) -> None:
    """Let `language` say which language the visitor of the moment reads."""
    _visitor[0] = language


def current() -> Catalogue:
    """The language of whoever is looking; English for an unknown one."""
    known = languages()
    return known.get(_visitor[0](), known[ENGLISH])


def say(id: str, **values: object) -> str:
    """The sentence of an id with its values filled in."""
    text = current()(template()[id], id)
    return text.format(**values) if values else text


def tr(text: str) -> str:
    """A sentence that stands in Python: what a setting or a member is called, an error."""
    to = current()
    if not isinstance(text, Said):
        return to(text) if text else text
    values = {n: tr(v) if isinstance(v, str) else v for n, v in text.values.items()}
    return to(text.template).format(**values)


def reason(error: BaseException) -> str:
    """What an error says, to whoever is looking."""
    return tr(why(error))
