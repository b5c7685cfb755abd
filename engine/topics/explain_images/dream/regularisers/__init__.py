"""What keeps a picture that climbs from becoming noise.

To add one, add one file here, and a field of its name to `Maximise`.
"""

from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser

REGULARISERS.discover(__name__)

__all__ = ["REGULARISERS", "Regulariser"]
