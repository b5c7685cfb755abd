"""Why can no linear unit tell two patterns apart that may stand anywhere, and what can?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.config import Config
from engine.topics.neurons.margin import Margin, widest
from engine.topics.neurons.perceptron import Walk, rosenblatt
from engine.topics.neurons.points import Floats

SIDE = 4  # pixels
LIMIT = 1000  # mistakes
Bits = tuple[int, ...]


class Patterns(Config):
    """Two pictures of 4 × 4 pixels, each written as the numbers of the pixels that are on."""

    first: tuple[int, ...] = Field((0, 1, 4, 5), max_length=SIDE**2)
    second: tuple[int, ...] = Field((0, 2, 5, 7), max_length=SIDE**2)


@dataclass(frozen=True, slots=True)
class Shifted:
    """All cyclic shifts of both pictures, and what three classifiers make of them."""

    pictures: Floats  # (32, 16) the first 16 of the first picture
    means: Floats  # (2, 16) of each class
    margin: Margin  # of a unit that sees the pixels
    walk: Walk  # of Rosenblatt's rule on the pixels
    sums: Floats  # (32,) what that unit computes at the end
    maximum: Floats  # (32,) the largest value of a convolution with the first picture
    mean: Floats  # (32,) the mean value of the same convolution
    same: bool  # whether one picture is a shift of the other

    @property
    def apart(self) -> float:
        """By how much the smallest maximum of the first class exceeds the second's largest."""
        half = len(self.maximum) // 2
        return float(self.maximum[:half].min() - self.maximum[half:].max())


def picture(pixels: Bits) -> Floats:
    """(4, 4) zeros and ones."""
    found = np.zeros(SIDE**2)
    found[[number for number in pixels if 0 <= number < SIDE**2]] = 1
    return found.reshape(SIDE, SIDE)


def shifts(one: Floats) -> Floats:
    """(16, 16): the picture at every place, flat; what leaves on one side comes in on the other."""
    places = [(down, right) for down in range(SIDE) for right in range(SIDE)]
    return np.array([np.roll(one, place, (0, 1)).ravel() for place in places])


def shifted(config: Patterns) -> Shifted:
    """Both classes, the certificate, and a convolution with a maximum after it.

    The kernel is the first picture less its mean. At its own place the first picture's response is
    the squared length of that; by Cauchy and Schwarz no other picture of as many pixels reaches it.
    """
    first, second = picture(config.first), picture(config.second)
    both = np.vstack([shifts(first), shifts(second)])
    half = SIDE**2
    classes: NDArray[np.int64] = np.repeat([1, 0], half)
    inputs = np.hstack([np.ones((2 * half, 1)), both])
    margin = widest(inputs * (2 * classes - 1)[:, None])
    walk = rosenblatt(inputs, classes, LIMIT)
    kernel = first - first.mean()
    responses = both @ shifts(kernel).T  # (32, 16) cyclic correlation, one column a place
    return Shifted(
        both,
        np.array([both[:half].mean(0), both[half:].mean(0)]),
        margin,
        walk,
        inputs @ walk.weights[-1],
        responses.max(1),
        responses.mean(1),
        any(np.array_equal(second.ravel(), row) for row in both[:half]),
    )
