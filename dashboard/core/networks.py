"""One menu for every page that asks a trained network, and one line of what is known of it."""

from collections.abc import Callable
from zlib import crc32

from dashboard.core.choices import one
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from engine.networks import ORIGINS, Described, Use, members

MOST = 100  # of those that were trained here, newest first


def menu(
    use: Use, key: str, title: str, now: str, choose: Callable[[str], None], help: str = ""
) -> None:
    """All networks of a task: those of the app, those trained here, those that others published.

    Args:
        key: of the widget.
        now: id of the one that the link names; it is shown even where it is gone.
        choose: is called with an id.
    """
    found = members(use, store())
    trained = [member for member in found if member.origin == "trained"][MOST:]
    labels = {}
    for member in found:
        if member in trained:
            continue
        away = "" if member.here else say("networks.not_here")
        origin = "" if member.origin == "shipped" else f" · {tr(ORIGINS[member.origin])}"
        labels[member.id] = f"{tr(member.label)}{origin}{away}"
    labels.setdefault(now, now or say("networks.none"))
    digest = crc32("|".join(labels.values()).encode())  # a browser keeps the words of a menu
    one(f"{key}_{digest:08x}", title, labels, now, choose, help=help or None)


def facts(of: Described) -> str:
    """Its name, how good it is, what it takes, and what it cannot do."""
    line = say(
        "networks.facts",
        name=tr(of.label),
        quality=tr(of.quality),
        shape=" × ".join(map(str, of.shape)),
        low=f"{of.lowest:g}",
        high=f"{of.highest:g}",
        parameters=f"{of.parameters:,}",
    )
    return " ".join([line, *map(tr, of.lacks)])
