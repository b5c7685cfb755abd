"""The menus of this page: networks, layers, classes and data as they are now, and methods."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from dashboard.core import link
from dashboard.core.choices import one, several
from dashboard.explain_images.view import ImagesView
from dashboard.language import say, tr
from engine.config import Knob, shown
from engine.explain.methods import METHODS


def pick(
    view: ImagesView, name: str, labels: Mapping[Any, str], value: Any, title: str = ""
) -> None:
    """A menu for one field of the view.

    Args:
        name: of the field, dotted.
        labels: its possible values and what to call them.
        value: the one in use.
        title: above the menu, of a field that is no knob.
    """
    field = view.knobs().get(name)
    look = (field and shown(field)) or Knob(title=title)
    digest = crc32("|".join(labels.values()).encode())
    key = f"images_{name}_{digest:08x}"  # a browser keeps the old words of a menu of the same key
    one(
        key,
        tr(look.title),
        labels,
        value,
        lambda chosen: link.write(ImagesView, view.with_(name, chosen)),
        help=tr(look.help) or None,
    )


def methods(view: ImagesView, name: str) -> None:
    """The methods that the dotted field `name` of the view holds, at least one."""
    several(
        f"images_{name}",
        say("explain_images.methods"),
        {id: tr(method.about.label) for id, method in METHODS.items()},
        view.get(name),
        lambda chosen: link.write(ImagesView, view.with_(name, chosen)),
    )
