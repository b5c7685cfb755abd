"""When does it pay to let a network learn its features? Five classifiers as the pictures grow."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage
from torch import Tensor

from engine.config import Config, knob
from engine.data.shapes import Shapes
from engine.device import generator
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import Work, runner, work
from engine.scenes.render import render
from engine.statistics import Comparison, compare
from engine.topics.neurons.hand_features import LEVELS, features, greys, objects, otsu, slopes
from engine.topics.neurons.learners import LEARNERS, Fit, Given, fit

SIZES = (20, 60, 200, 600, 2000)  # training pictures
TESTED, SHOWN = 600, 60  # new pictures; those of them that are looked at
TIMED = 20  # predictions, one picture each
OTHER = 1000  # between the seeds of training and new pictures
VARIANTS = ("same", "channels", "noise", "light")  # how the new pictures differ

Floats = NDArray[np.float64]


@work
class FeaturesOrPixels(Work):
    """Classifiers of features and of pixels on the same growing training sets, over seeds."""

    kind: ClassVar[str] = "features_or_pixels"
    revision: int = Field(1, ge=1)

    most: Literal["60", "200", "600", "2000"] = knob(
        "2000",
        "Training pictures, at most",
        "The sizes are 20, 60, 200, 600 and 2,000; each set holds the smaller ones.",
        options={"60": "60", "200": "200", "600": "600", "2000": "2,000"},
        more=True,
    )
    updates: int = knob(
        500, "Updates of the CNN", "With every training set.", ge=20, le=2000, log=True, more=True
    )
    seeds: int = knob(
        5, "Seeds", "Each draws its training pictures and weights.", ge=2, le=10, more=True
    )
    seed: int = knob(0, "First seed", ge=0, le=2**20, more=True)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(size for size in SIZES if size <= int(self.most))


class FeaturesView(Config):
    """The comparison, and what of it is looked at."""

    work: FeaturesOrPixels = FeaturesOrPixels()
    given: Literal["colour", "edges", "shape"] = knob(
        "edges",
        "Features by hand",
        "Each set holds the one before: colours and histograms; edges and symmetries; the outline "
        "of the object, by somebody who knows that the classes are shapes.",
        options={"colour": "colour", "edges": "+ edges", "shape": "+ outline"},
    )
    size: Literal["20", "60", "200", "600", "2000"] = knob(
        "200",
        "Judged at",
        "Training pictures of the verdict, of the answers and of the bars.",
        options={str(size): f"{size:,}" for size in SIZES},
    )
    variant: Literal["same", "channels", "noise", "light"] = knob(
        "same",
        "New pictures",
        "Like the training pictures, or with something changed that training never showed.",
        options={
            "same": "alike",
            "channels": "colours exchanged",
            "noise": "noisy",
            "light": "lit from one side",
        },
    )
    picture: int = knob(0, "Picture", "Of the new ones.", ge=0, le=SHOWN - 1)


def new_pictures(seed: int, count: int = TESTED) -> tuple[Tensor, Tensor, Tensor]:
    """The first of the new pictures: (N, 3, 32, 32) in 0..1, classes (N,), exact masks."""
    scene = Shapes(examples=TESTED).scenes(seed + OTHER).take(torch.arange(count))
    x, masks = render(scene, 32)
    return x.float() / 255, scene.shape, masks


def varied(x: Tensor, variant: str, seed: int) -> Tensor:
    """The pictures with something changed that no training picture shows, in 0..1.

    Red becomes green becomes blue becomes red; normal noise of deviation 0.12; or light that
    falls by 0.5 from the left to the right side.
    """
    if variant == "channels":
        return x.roll(1, dims=1)
    if variant == "noise":
        draw = generator(seed, "neurons", "noise")
        return (x + 0.12 * torch.randn(x.shape, generator=draw)).clamp(0, 1)
    if variant == "light":
        return (x + torch.linspace(0.25, -0.25, x.shape[-1])).clamp(0, 1)
    return x


@runner(FeaturesOrPixels)
def along(
    config: FeaturesOrPixels,
    device: torch.device,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Fit all on one training set after the other.

    Yields:
        Started. After training set number k, seeds one after the other and sizes within: Metrics
        `cnn`, its accuracy; Frame with `right` (L, V) accuracy of each learner on each variant,
        `seconds` (L,) of its training, `each` (L,) seconds a prediction, `numbers` (L,) that it
        learned, and, of the first seed, `said` (L, TESTED) its answers to the new pictures.
        Checkpoint. Done with what was checked, or Paused.
    """
    steps = Steps(start, until)
    sizes = config.sizes
    yield steps.begin(config.seeds * len(sizes), {"runs": config.seeds * len(sizes)})
    x, y, masks = new_pictures(config.seed)
    tests = [varied(x, variant, config.seed) for variant in VARIANTS]
    found = [features(test) for test in tests]
    held: tuple[int, Tensor, Tensor, Floats] | None = None
    for step in steps:
        number, column = divmod(step - 1, len(sizes))
        seed = config.seed + number
        if held is None or held[0] != seed:
            data = Shapes(examples=max(60, sizes[-1])).load(seed)
            pictures = data.x.float() / 255
            held = seed, pictures, data.y, features(pictures)
        _, pictures, kinds, measured = held
        n = sizes[column]
        train = Given(pictures[:n], kinds[:n], measured[:n])
        arrays: dict[str, NDArray[Any]] = {}
        fits = [fit(id, train, config.updates, seed, device) for id in LEARNERS]
        answers = [
            [one.answer(test, feature) for test, feature in zip(tests, found, strict=True)]
            for one in fits
        ]
        right = [[float((a == y.numpy()).mean()) for a in row] for row in answers]
        arrays["right"] = np.array(right, np.float32)
        arrays["seconds"] = np.array([one.seconds for one in fits], np.float32)
        arrays["each"] = np.array([_timed(one, tests[0]) for one in fits], np.float32)
        arrays["numbers"] = np.array([one.numbers for one in fits], np.int32)
        if number == 0:
            arrays["said"] = np.array([row for one in answers for row in one], np.int8).reshape(
                len(LEARNERS), len(VARIANTS), TESTED
            )
        yield Metrics(step, {"cnn": right[-1][0]})
        yield Frame(step, arrays)
        yield steps.checkpoint()
    yield steps.finish(checks(x, masks) if not steps.paused else {})


def _timed(one: Fit, x: Tensor) -> float:
    """Seconds of a prediction of one picture, its features included: the median."""
    found = []
    for row in range(TIMED):
        begun = time.perf_counter()
        one.answer(x[row : row + 1], None)
        found.append(time.perf_counter() - begun)
    return float(np.median(found))


def checks(x: Tensor, masks: Tensor) -> dict[str, float]:
    """What is measured by hand, against another way to it, on the new pictures.

    Returns:
        `sobel`: largest difference of a slope to SciPy's; `otsu`: how much less the spread within
        both sides could be at another threshold, by trying all of them on the pixels; `overlap`:
        mean share that the object found and the one that was drawn have in common.
    """
    grey = greys(x)
    own = slopes(grey).numpy()
    both = [
        np.hypot(*(ndimage.sobel(one, axis=axis, mode="nearest") / 8 for axis in (0, 1)))
        for one in grey.double().numpy()
    ]
    sobel = float(np.abs(own - np.array(both)).max())
    some = grey[:SHOWN].flatten(1).double().numpy()
    middles = (np.minimum(np.floor(some * LEVELS), LEVELS - 1) + 0.5) / LEVELS
    spreads = np.array([_within(middles, level / LEVELS) for level in range(1, LEVELS)])
    places = (otsu(grey[:SHOWN]).numpy() * LEVELS).round().astype(int) - 1
    chosen = spreads[places, np.arange(len(some))]
    seen, true = objects(grey), masks.numpy()
    overlap = (seen & true).sum((1, 2)) / (seen | true).sum((1, 2))
    return {
        "sobel": sobel,
        "otsu": float((chosen - spreads.min(0)).max()),
        "overlap": float(overlap.mean()),
    }


def _within(values: Floats, threshold: float) -> Floats:
    """(N,) mean squared distance of pixels (N, P) to the mean of their side."""
    found = np.zeros(len(values))
    for side in (values < threshold, values >= threshold):
        count = np.maximum(side.sum(1), 1)
        mean = (values * side).sum(1) / count
        found += (((values - mean[:, None]) ** 2) * side).sum(1)
    return found / values.shape[1]


@dataclass(frozen=True, slots=True)
class Found:
    """What is known so far; NaN of training sets that are still to come."""

    sizes: tuple[int, ...]
    right: Floats  # (L, V, sizes, seeds)
    seconds: Floats  # (L, sizes, seeds) of training
    each: Floats  # (L, sizes, seeds) seconds a prediction
    numbers: NDArray[np.int64]  # (L, sizes), of the first seed
    said: NDArray[np.int64]  # (L, V, sizes, TESTED) of the first seed; -1: not yet

    def shown(self, given: str) -> tuple[str, ...]:
        """The five that are compared with one set of features."""
        return ("rules", f"logistic:{given}", f"svm:{given}", "pixels", "cnn")

    def at(self, given: str, size: int, variant: str = "same") -> Comparison | None:
        """These five over the seeds at one size; None: not all seeds are there."""
        values = self.right[
            [LEARNERS.index(id) for id in self.shown(given)],
            VARIANTS.index(variant),
            self.sizes.index(size),
        ]
        return compare(values, ratio=False, lower=False) if np.isfinite(values).all() else None

    def gained(self, given: str, since: int) -> Floats:
        """(5,) what these gain in mean accuracy from size number `since` to the largest."""
        rows = [LEARNERS.index(id) for id in self.shown(given)]
        means = self.right[rows, 0].mean(-1)  # (5, sizes)
        return np.asarray(means[:, -1] - means[:, since])

    def overtaken(self, id: str, variant: str = "same") -> int | None:
        """The least size from which on the network's mean accuracy is above another's; None: at
        the largest it is not."""
        means = self.right[:, VARIANTS.index(variant)].mean(-1)
        ahead = means[LEARNERS.index("cnn")] > means[LEARNERS.index(id)]
        if not ahead[-1]:
            return None
        behind = np.flatnonzero(~ahead)
        return self.sizes[int(behind[-1]) + 1 if len(behind) else 0]


def gathered(config: FeaturesOrPixels, frames: Mapping[int, Mapping[str, Any]]) -> Found:
    """Of the frames of a run."""
    sizes, learners, variants = config.sizes, len(LEARNERS), len(VARIANTS)
    right = np.full((learners, variants, len(sizes), config.seeds), np.nan)
    seconds, each = (np.full((learners, len(sizes), config.seeds), np.nan) for _ in range(2))
    numbers = np.zeros((learners, len(sizes)), np.int64)
    said = np.full((learners, variants, len(sizes), TESTED), -1, np.int64)
    for step, arrays in frames.items():
        number, column = divmod(step - 1, len(sizes))
        right[..., column, number] = arrays["right"]
        seconds[:, column, number] = arrays["seconds"]
        each[:, column, number] = arrays["each"]
        if "said" in arrays:
            said[:, :, column], numbers[:, column] = arrays["said"], arrays["numbers"]
    return Found(sizes, right, seconds, each, numbers, said)
