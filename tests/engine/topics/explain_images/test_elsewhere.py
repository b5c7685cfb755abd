"""How a network of shapes does on pictures that are unlike those it learned from."""

import pytest

from engine.networks.classifiers import classifier
from engine.topics.explain_images.pictures.elsewhere import GUESSED, KINDS, elsewhere


@pytest.mark.parametrize("name", ["shapes_cnn", "shapes_resnet"])
def test_a_plain_ground_is_easy_and_what_was_never_seen_is_not(name: str) -> None:
    """Without a texture the shapes are named; without contrast, or in another size, many not."""
    found = elsewhere(classifier(name))
    assert list(found) == list(KINDS)
    assert found["plain"] > 0.95
    assert found["colours"] < 0.7 and found["small"] < 0.6 and found["large"] < 0.9
    assert min(found.values()) > GUESSED


def test_only_of_shapes_is_this_known() -> None:
    with pytest.raises(ValueError, match="shapes alone"):
        elsewhere(classifier("digits"))
