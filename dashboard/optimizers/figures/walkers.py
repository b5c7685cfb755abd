"""What is a walk called and what does it look like, where one optimizer walks more than once?"""

from typing import NamedTuple

from dashboard.figures import palette
from dashboard.figures.film import colour_of, dash_of, label_of, mark_of
from dashboard.language import tr
from engine.config import Knob, shown
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.walks.walk import RATE, Paths, Walker


class Look(NamedTuple):
    """Of one walk, the same in every panel."""

    label: str
    colour: str
    dash: str
    marker: str


def name_of(optimizer: str, setting: str) -> str:
    """What a reader calls a setting of an optimizer."""
    if setting == RATE:
        return tr("learning rate")
    look = shown(OPTIMIZERS[optimizer]().knobs()[setting]) or Knob(title=setting)
    return tr(look.title)


def label(walker: Walker) -> str:
    """Optimizer, and the setting in which it differs from its other walks."""
    whole = label_of(walker.optimizer)
    if not walker.name:
        return whole
    setting = name_of(walker.optimizer, walker.name)
    if walker.name != RATE and isinstance(OPTIMIZERS[walker.optimizer]().get(walker.name), bool):
        answer = tr("yes") if walker.value else tr("no")
        return f"{whole}, {setting}: {answer}"
    return f"{whole}, {setting} {walker.value:g}"


def looks(paths: Paths) -> list[Look]:
    """An optimizer's own look; walks of the same have the colours that no other walk has."""
    taken = {colour_of(one.optimizer) for one in paths.walkers if not one.name}
    count = len(palette.CATEGORIES)
    own_ones = [n for n in range(count) if palette.colour(n) not in taken]
    free = iter([*own_ones, *range(count, 4 * count)])
    found = []
    for walker in paths.walkers:
        if walker.name:
            place = next(free)
            own = palette.colour(place), palette.dash(place), palette.marker(place)
        else:
            id = walker.optimizer
            own = colour_of(id), dash_of(id), mark_of(id)
        found.append(Look(label(walker), *own))
    return found
