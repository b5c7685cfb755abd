"""What does a reader call the value of a setting?"""

from pydantic.fields import FieldInfo

from dashboard.language.say import tr
from engine.config import Knob, Part, encode, family, shown


def called(field: FieldInfo, text: str) -> str:
    """What a reader calls the value of a knob that a link writes like this."""
    registry = family(field)
    if registry is not None:
        try:
            return member(registry.parse(text))
        except ValueError:
            return text
    look = shown(field)
    return tr(dict(look.options).get(text, text)) if look else text


def member(part: Part) -> str:
    """A member of a family, with those of its knobs that are not as they were given."""
    own = []
    for name, field in part.knobs().items():
        value = part.get(name)
        if value != type(part)().get(name):
            title = tr((shown(field) or Knob(title=name)).title)
            title = title.removeprefix(tr(part.about.label)).strip() or title
            own.append(f"{title} {called(field, encode(value))}")
    return f"{tr(part.about.label)} ({', '.join(own)})" if own else tr(part.about.label)
