"""What is an explanation method, to the engine and to every page?"""

from typing import ClassVar, Literal

from torch import Tensor, nn

from engine.config import Part
from engine.registry import Registry

Group = Literal["gradient", "perturbation", "cam"]


class Method(Part):
    """A way to say which parts of an image an answer rests on, with its knobs.

    The answer is the logit of a class, before the softmax.
    """

    group: ClassVar[Group]
    signed: ClassVar[bool] = True  # negative values speak against the class
    promise: ClassVar[str] = ""  # LaTeX of what a map's sum equals; empty: it promises nothing

    def attribute(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        """How much each value of each image speaks for its class.

        Leaves mode, parameters, `.grad` and hooks of the model as they were; the same arguments
        give the same map.

        Args:
            model: from (B, C, H, W) to logits (B, K).
            x: (B, C, H, W) float32, as the model takes it.
            target: (B,) int64 classes to be explained.
            seed: of everything that the method draws.

        Returns:
            (B, C, H, W), or (B, 1, H, W) where the method does not tell channels apart.

        Raises:
            ValueError: the model lacks what the method needs, in one sentence.
        """
        raise NotImplementedError

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor | None:
        """(B,) what the sum of each map must be, computed without the map; None: no promise."""
        return None


METHODS: Registry[Method] = Registry("explanation method")
