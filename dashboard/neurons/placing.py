"""The area in which points are placed, moved and deleted, for every section that has points."""

from collections.abc import Callable

from dashboard.core import touch
from dashboard.core.words import say
from dashboard.neurons.figures.kinds import COLOURS
from engine.topics.neurons.points import MOST, REACH, Plane, placed


def area(key: str, plane: Plane, change: Callable[[Plane], None]) -> None:
    """The points of a plane; what somebody makes of them is their own."""

    def changed(points: list[touch.Point]) -> None:
        own = tuple((round(100 * x), round(100 * y), kind) for x, y, kind in points)
        change(plane.model_copy(update={"preset": "own", "own": own}))

    span = (-float(REACH), float(REACH))
    touch.points(
        key,
        [(x / 100, y / 100, kind) for x, y, kind in placed(plane)],
        changed,
        classes=[say("neurons.class", number=kind) for kind in (0, 1)],
        colours=COLOURS,
        x=span,
        y=span,
        most=MOST,
        alt=say("neurons.area_alt"),
    )
