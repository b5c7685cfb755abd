"""Can the characters be told apart, and do the knobs do what they say?"""

import string

import pytest
import torch

from engine.data import DATASETS


def test_the_alphabets_have_their_usual_sizes() -> None:
    sizes = {
        name: DATASETS["glyphs"](alphabet=name, examples=124).load(0).classes
        for name in ("digits", "uppercase", "letters", "all")
    }
    assert {name: len(classes) for name, classes in sizes.items()} == {
        "digits": 10, "uppercase": 26, "letters": 52, "all": 62,
    }  # fmt: skip
    assert "".join(sizes["all"]) == string.digits + string.ascii_uppercase + string.ascii_lowercase


def test_without_variation_all_examples_of_a_character_are_the_same_and_no_two_characters() -> None:
    data = DATASETS["glyphs"](alphabet="all", variation=0, examples=186).load(0)
    assert torch.equal(data.x[:62], data.x[62:124])
    first = data.x[:62].flatten(1).float()
    assert torch.cdist(first, first).fill_diagonal_(1e9).min() > 100  # of 255 a pixel


def test_with_variation_no_two_pictures_are_the_same() -> None:
    data = DATASETS["glyphs"](examples=400).load(0)
    assert len(data.x.flatten(1).unique(dim=0)) == 400


@pytest.mark.parametrize("size", [12, 20, 64])
def test_no_character_is_cut_off_at_the_default_variation(size: int) -> None:
    data = DATASETS["glyphs"](alphabet="digits", size=size, examples=500).load(0)
    ink = data.x[:, 0].float()
    border = torch.ones(size, size, dtype=torch.bool)
    border[1:-1, 1:-1] = False
    assert ink[:, border].sum() / ink.sum() < 0.01


def test_ink_is_bright_and_paper_is_black() -> None:
    data = DATASETS["glyphs"](examples=500).load(0)
    assert data.x.flatten(1).amax(1).min() > 90
    assert 0.5 < (data.x == 0).float().mean() < 0.95


def test_the_nearest_printed_character_is_mostly_the_right_one() -> None:
    printed = DATASETS["glyphs"](variation=0, examples=100).load(0).x[:10].flatten(1).float()
    data = DATASETS["glyphs"](variation=0.3, examples=500).load(0)
    nearest = torch.cdist(data.x.flatten(1).float(), printed).argmin(1)
    assert (nearest == data.y).float().mean() > 0.9
