"""What does a network say of pictures of a data set that it never learned from?"""

from functools import lru_cache

from torch import Tensor

from engine.data import DATASETS
from engine.words import said

FEW = 240  # pictures of each


def image_sets() -> dict[str, str]:
    """Id to label of every data set of pictures."""
    return {id: member.about.label for id, member in DATASETS.items() if member.kind == "image"}


@lru_cache(maxsize=4)
def pictures_of(id: str) -> tuple[Tensor, list[str]]:
    """The first pictures of a data set, and what each of them is.

    Args:
        id: of a data set of pictures, at its defaults.

    Returns:
        (N, 3, H, W) float32 in 0..1, N at most `FEW`; N names.

    Raises:
        ValueError: there is no such data set of pictures.
        DataError: its files are missing; a sentence that says what to do.
    """
    if id not in image_sets():
        raise ValueError(
            said(
                "There are no pictures {id!r}. Known: {known}.",
                id=id,
                known=", ".join(image_sets()),
            )
        )
    member = DATASETS[id]
    fewer = member.drawn and "examples" in member.model_fields
    data = member.model_validate({"examples": FEW} if fewer else {}).load(1)
    x = data.x[:FEW].float().div(255)
    x = x if x.shape[1] == 3 else x[:, :1].expand(-1, 3, -1, -1)
    return x.contiguous(), [data.classes[k] for k in data.y[:FEW].tolist()]
