"""What does a reader call each rung?"""

from dashboard.ladder.view import LadderView
from dashboard.language import tr
from engine.config import shown


def name_of(id: str) -> str:
    """Of a rung of the exact ladder."""
    look = shown(LadderView.model_fields["rung"])
    assert look is not None
    return tr(dict(look.options or ())[id])
