"""Infidelity: does the map foretell what happens when a square is taken away?"""

from typing import ClassVar

import torch
from captum.metrics import infidelity
from torch import Tensor

from engine.config import About, knob
from engine.device import generator
from engine.explain.scores._spec import SCORES, Asks, Case, Score


@SCORES.register
class Infidelity(Score):
    about: ClassVar[About] = About(
        id="infidelity",
        label="Infidelity",
        summary="Part of the score's changes under removed squares that the map does not foretell: "
        "0 all is foretold, 1 nothing.",
        formula=r"\min_\beta \frac{\mathbb{E}_Q (\beta \sum_{p \in Q} M_p - \Delta_Q)^2}"
        r"{\mathbb{E}_Q \Delta_Q^2}, \quad \Delta_Q = S(x) - S(x_{\setminus Q})",
        source="Yeh et al. 2019, On the (in)fidelity and sensitivity of explanations, "
        "definition 2.1, with the best factor",
        url="https://arxiv.org/abs/1901.09392",
    )
    asks: ClassVar[Asks] = "model"
    higher_is_better: ClassVar[bool] = False
    samples: int = knob(10, "Squares", "Removed one at a time.", ge=2, le=100)
    side: float = knob(0.25, "Square", "Its side, as a share of the picture's.", ge=0.05, le=0.6)

    def of(self, case: Case) -> Tensor:
        """In 0..1."""
        channels = case.x.shape[1]
        maps = case.maps[:, None].expand(-1, channels, -1, -1) / channels
        told = self._mean_square(case, maps, normalize=True)
        plain = self._mean_square(case, torch.zeros_like(maps), normalize=False)
        return torch.where(plain > 0, told / plain, torch.full_like(plain, torch.nan))

    def _mean_square(self, case: Case, maps: Tensor, normalize: bool) -> Tensor:
        draw = generator(case.seed, "infidelity")  # the same squares at every call

        def remove(x: Tensor) -> tuple[Tensor, Tensor]:
            high, wide = x.shape[2:]
            side = max(1, round(self.side * high))
            top = torch.randint(high - side + 1, (len(x), 1, 1), generator=draw)
            left = torch.randint(wide - side + 1, (len(x), 1, 1), generator=draw)
            rows, columns = torch.arange(high)[:, None], torch.arange(wide)
            square = (rows >= top) & (rows < top + side) & (columns >= left)
            square = (square & (columns < left + side))[:, None].to(x.device)  # (N, 1, H, W)
            # A map says what each pixel adds, not what a unit of it would: I is 1 in the square.
            return square.to(x).expand_as(x), x * ~square

        found: Tensor = infidelity(
            lambda x: case.model(x),
            remove,
            case.x,
            maps,
            target=case.target,
            n_perturb_samples=self.samples,
            normalize=normalize,
        )
        return found
