"""What can be set on the page Neurons and losses? Each section's own config, all in one link."""

from typing import Literal

from engine.config import Config, knob
from engine.topics.neurons.curves import CurvesConfig
from engine.topics.neurons.density import DensityConfig
from engine.topics.neurons.information import InformationConfig
from engine.topics.neurons.inputs import InputsConfig
from engine.topics.neurons.likelihood import Answers
from engine.topics.neurons.losses import LossesConfig
from engine.topics.neurons.patterns import Patterns
from engine.topics.neurons.perceptron import PerceptronConfig
from engine.topics.neurons.pixels import FeaturesView


class NeuronsView(Config):
    """The config of every section, and what the first one shows."""

    perceptron: PerceptronConfig = PerceptronConfig()
    curves: CurvesConfig = CurvesConfig()
    inputs: InputsConfig = InputsConfig()
    density: DensityConfig = DensityConfig()
    patterns: Patterns = Patterns()
    losses: LossesConfig = LossesConfig()
    softmax: InformationConfig = InformationConfig()
    answers: Answers = Answers()
    features: FeaturesView = FeaturesView()
    data: Literal["points", "pictures"] = knob(
        "points",
        "To be told apart",
        "Points on a plane, or two small pictures that may stand anywhere.",
        options={"points": "points", "pictures": "shifted pictures"},
    )
    examples: Literal["one", "many"] = knob(
        "one",
        "Examples",
        "What logits say of one example, or what the answers to many are worth.",
        options={"one": "one", "many": "many"},
    )
