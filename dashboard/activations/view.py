"""What can be set on the Activations page? Each section's own config, all in one link."""

from typing import Literal

from pydantic import Field

from dashboard.activations.learns_config import LearnsConfig
from engine.config import Config, knob
from engine.topics.activations.counting_squares import CountingSquares
from engine.topics.activations.dead_units import DeadUnits
from engine.topics.activations.deep_linear import DeepLinearConfig
from engine.topics.activations.gallery import GalleryConfig
from engine.topics.activations.neuron import NeuronConfig
from engine.topics.activations.signal_run import SignalRun
from engine.topics.activations.softmax import SoftmaxConfig


class ActView(Config):
    """The section that is open, the config of every section, and how some are shown."""

    gallery: GalleryConfig = GalleryConfig()
    softmax: SoftmaxConfig = SoftmaxConfig()
    neuron: NeuronConfig = NeuronConfig()
    deep: SignalRun = SignalRun()
    linear: DeepLinearConfig = DeepLinearConfig()
    learns: LearnsConfig = LearnsConfig()
    squares: CountingSquares = CountingSquares()
    dead: DeadUnits = DeadUnits()
    scale: Literal["shared", "own"] = knob(
        "shared",
        "Scale of the violins",
        "One scale for all layers, or each layer in units of its own spread.",
        options={"shared": "shared", "own": "each layer's own"},
    )
    pick: str = Field("", max_length=40)
    """The activation whose filters are looked at; empty: the first compared one."""
    repeat: int = knob(0, "Seed looked at", "Counted from the first seed.", ge=0, le=63)
    image: int = knob(0, "Image", "One of the test images.", ge=0, le=99)
