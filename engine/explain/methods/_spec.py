"""What is an explanation method, to the engine and to every page?"""

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.config import Part
from engine.explain.networks.at_once import at_once
from engine.explain.networks.private import private
from engine.registry import Registry

Group = Literal["gradient", "perturbation", "cam"]
WITH_GRADIENT = 3  # times the work of a pass: back through a layer is two products, forth is one


class Method(Part):
    """A way to say which parts of an image an answer rests on, with its knobs.

    The answer is the logit of a class, before the softmax. A member writes `maps`, and `owed`
    where it promises something; everyone else calls `attribute`.
    """

    group: ClassVar[Group]
    signed: ClassVar[bool] = True  # negative values speak against the class
    random: ClassVar[bool] = False  # draws something, so that the seed matters
    promise: ClassVar[str] = ""  # LaTeX of what a map's sum equals; empty: it promises nothing
    on_average: ClassVar[bool] = False  # the promise is of the mean over draws, not of each map

    def attribute(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        """How much each value of each image speaks for its class.

        Works on a copy of the model: mode, parameters, `.grad` and hooks stay as they were, and
        threads may share a model. The same arguments give the same map, and an image in a batch
        has the map that it has alone.

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
        twin = private(model)
        each = at_once(x, self.pictures)
        parts = [
            self.maps(twin, x[at : at + each].detach().requires_grad_(), part, seed)
            for at, part in zip(range(0, len(x), each), target.split(each), strict=True)
        ]
        return torch.cat(parts).detach()

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        """As `attribute`, on a model that may be changed: a copy in evaluation mode, whose
        parameters need no gradient. x needs one."""
        raise NotImplementedError

    @property
    def pictures(self) -> int:
        """How many pictures pass the model together for one image."""
        return 1

    def passes(self, model: nn.Module, x: Tensor) -> int:
        """How much work the map of one image is, in passes of a picture through the model.

        Args:
            model: as for `attribute`.
            x: (1, C, H, W) an image of the size that the model takes.
        """
        return WITH_GRADIENT

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor | None:
        """(B,) what the sum of each map must be, computed without the map; None: no promise.

        Arguments as for `attribute`.
        """
        return None


METHODS: Registry[Method] = Registry("explanation method")
