"""What can be set on the Backpropagation page? Each section's own config, all in one link."""

from engine.config import Config
from engine.topics.backpropagation.expression import ExpressionConfig


class BackpropView(Config):
    """The config of every section."""

    graph: ExpressionConfig = ExpressionConfig()
