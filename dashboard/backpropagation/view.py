"""What can be set on the Backpropagation page? Each section's own config, all in one link."""

from engine.config import Config, knob
from engine.topics.backpropagation.broken import BreakConfig
from engine.topics.backpropagation.expression import ExpressionConfig
from engine.topics.backpropagation.gradient_check import CheckConfig
from engine.topics.backpropagation.jacobians import ChainConfig
from engine.topics.backpropagation.kernels import KernelConfig
from engine.topics.backpropagation.layers import LayersConfig
from engine.topics.backpropagation.product_costs import OrderConfig


class BackpropView(Config):
    """The config of every section."""

    graph: ExpressionConfig = ExpressionConfig()
    fold: bool = knob(False, "Fold statements", "One node for each statement, as h1 = tanh(w*x).")
    quiz: bool = knob(False, "Quiz", "Slopes stay hidden: find them yourself.")
    broken: BreakConfig = BreakConfig()
    layers: LayersConfig = LayersConfig()
    chain: ChainConfig = ChainConfig()
    products: OrderConfig = OrderConfig()
    check: CheckConfig = CheckConfig()
    kernels: KernelConfig = KernelConfig()
