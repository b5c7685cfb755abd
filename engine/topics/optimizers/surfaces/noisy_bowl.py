"""A bowl whose gradient is only an estimate, as that of a mini-batch is."""

from typing import ClassVar

from engine.config import About, knob
from engine.topics.optimizers.surfaces._spec import SURFACES, Point
from engine.topics.optimizers.surfaces.bowl import Bowl


@SURFACES.register
class NoisyBowl(Bowl):
    """Whoever walks draws z from a generator, the same for all optimizers at the same step."""

    about: ClassVar[About] = About(
        id="noisy_bowl",
        label="Bowl with gradient noise",
        summary="Each gradient is off by noise: at a constant learning rate no walk comes to rest.",
        formula=r"f(x) = \tfrac{1}{2}\left(u_1^2 + \kappa\, u_2^2\right), \quad "
        r"g = \nabla f(x) + \sigma z, \quad z \sim \mathcal{N}(0, I)",
        source="Schaul, Zhang and LeCun 2013, No more pesky learning rates, section 3",
        url="https://arxiv.org/abs/1206.1106",
    )
    start: ClassVar[Point] = (-2.5, 1.5)
    noise: float = knob(
        1.0, "Gradient noise σ", "Standard deviation of each partial derivative.", ge=0, le=10
    )
