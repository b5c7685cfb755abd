"""What keeps a picture that climbs from becoming noise. To add one, add one file here."""

from engine.explain.dream.regularisers._spec import REGULARISERS, Regulariser

REGULARISERS.discover(__name__)

__all__ = ["REGULARISERS", "Regulariser"]
