"""The page that explains images: what its scenes claim, of the shipped networks and results."""

from functools import cache
from typing import Any

import numpy as np
import torch

from dashboard.explain_images.view import ImagesView
from engine.explain.explained import explain
from engine.explain.maps.boxes import box_around, box_of
from engine.explain.maps.similarity import spearman, strength
from engine.explain.methods import METHODS
from engine.explain.residual import residual
from engine.networks.classifiers import Classifier, Examples, classifier
from engine.topics.explain_images.board import UNTRAINED
from engine.topics.explain_images.dream.activation_maximisation import ActivationMaximisation
from engine.topics.explain_images.occlusion_maps import OcclusionMaps, occlusion_maps
from engine.topics.explain_images.stability import PICTURES
from tests.scenes.ran import Ran, run, shipped

SIGNED = ("integrated_gradients", "deep_lift", "lrp")


def subject(view: ImagesView) -> tuple[Classifier, Examples]:
    of = classifier(view.network)
    return of, of.examples(PICTURES)


def maps_of(view: ImagesView, picture: int, target: int) -> dict[str, Any]:
    """(H, W) by method of the scene."""
    of, examples = subject(view)
    layers = tuple(name for name, _ in of.model.named_modules())
    x, c = examples.x[picture][None], torch.tensor([target])
    return {
        m.id: explain(m, of.model, x, c, view.look.seed).values for m in view.look.chosen(layers)
    }


def rough(map: Any) -> float:
    """How far neighbours differ, in sizes of the map: high of noise, low of a blob."""
    return float(np.abs(np.diff(map, axis=0)).mean() / np.abs(map).mean())


def alike(one: Any, other: Any) -> float:
    """Rank correlation of two maps, by size."""
    a, b = (strength(torch.from_numpy(m)[None, None]) for m in (one, other))
    return float(spearman(a, b))


def test_grad_cam_and_its_rivals_on(view):
    """At this picture and its neighbours: coarse and on the object, fine and noisy."""
    _, examples = subject(view)
    assert len(view.look.methods) == 7
    for picture in (view.picture, view.picture + 1):
        maps = maps_of(view, picture, int(examples.y[picture]))
        assert rough(maps["saliency"]) > 3 * rough(maps["grad_cam"])
        assert rough(maps["guided_backprop"]) > 3 * rough(maps["grad_cam"])
    inside = examples.masks[view.picture].numpy()
    blob = maps_of(view, view.picture, int(examples.y[view.picture]))["grad_cam"]
    assert inside.flat[blob.argmax()]  # the highest point lies on the object
    truth, found = box_around(inside), box_of(blob, view.look.threshold)
    assert found.top <= truth.top and found.bottom >= truth.bottom  # and the blob is larger


def test_explain_a_class_that_is_not(view):
    _, examples = subject(view)
    own = int(examples.y[view.picture])
    assert view.target != own
    there, absent = (maps_of(view, view.picture, c) for c in (own, view.target))
    inside = examples.masks[view.picture].numpy()
    assert sum(absent[id][inside].sum() < there[id][inside].sum() for id in SIGNED) == len(SIGNED)
    assert any(absent[id][inside].sum() < 0 for id in SIGNED)
    outline = alike(there["guided_backprop"], absent["guided_backprop"])
    assert outline > 0.8 and outline > alike(there["grad_cam"], absent["grad_cam"])


def test_an_early_layer_sharp_and_no(view):
    last = view.with_("look.layer", "")
    _, examples = subject(view)
    own, inside = int(examples.y[view.picture]), examples.masks[view.picture].numpy()
    early, late = (maps_of(of, view.picture, own) for of in (view, last))
    assert len(early) == 4
    for id, map in early.items():
        shares = [m.clip(0)[inside].sum() / m.clip(0).sum() for m in (map, late[id])]
        assert rough(map) > 1.5 * rough(late[id]) and shares[0] < 0.7 * shares[1], id
    for picture in (view.picture, view.picture + 1):
        plus = [maps_of(view, picture, c)["grad_cam_pp"] for c in range(6)]
        assert min(alike(plus[0], other) for other in plus[1:]) > 0.9


def test_too_few_steps_integrated_gradients_do(view):
    of, examples = subject(view)
    x, c = examples.x[view.picture][None], examples.y[view.picture][None]

    def missing(steps: int) -> float:
        method = view.look.focus.with_("steps", steps)
        found = residual(method, of.model, x, c, method.attribute(of.model, x, c))
        return found.relative

    assert view.look.focus.steps == 4
    few, more, many = missing(4), missing(32), missing(128)
    assert few > 0.02 and many < more < few


def test_noise_that_nobody_sees_moves_the(view, kept):
    found = shipped(kept, view.stability)
    assert found.facts["same"] == found.facts["inputs"]  # the answer stays
    sizes = {n.removeprefix("sizes:"): found.last(n) for n in found.series if n[:6] == "sizes:"}
    still = ("grad_cam", "occlusion", "kernel_shap")
    assert min(sizes[name] for name in still) > 0.95
    assert max(value for name, value in sizes.items() if name not in still) < 0.8
    for kind in ("sizes", "agreement"):
        values = {n.split(":")[1]: found.last(n) for n in found.series if n.startswith(kind)}
        assert min(values, key=values.__getitem__) == "integrated_gradients"


def test_the_map_that_survives_forgetting(view, kept):
    found = shipped(kept, view.sanity)
    curves = {name: found.series[f"spearman:{name}"][1] for name in view.sanity.methods}
    for stage in range(1, len(curves["saliency"])):
        assert max(curves, key=lambda name: curves[name][stage]) == "guided_backprop"
    assert abs(curves["grad_cam"][1:]).max() < 0.1
    assert (
        curves["guided_backprop"][3]
        > 0.5
        > max(values[3] for name, values in curves.items() if name != "guided_backprop")
    )
    everything = [values[-1] for values in curves.values()]
    assert max(everything) < 0.3  # with all layers drawn again nobody is left


def covered_maps(view: ImagesView, picture: int) -> OcclusionMaps:
    of, examples = subject(view)
    return occlusion_maps(of, examples.x[picture], int(examples.y[picture]), view.occlusion)


def test_a_square_hides_the_evidence(view):
    _, examples = subject(view)
    for picture in (view.picture, 6):
        found, inside = covered_maps(view, picture), examples.masks[picture].numpy()
        falls = found.probability < 0.5 * found.full_probability
        assert (found.activity < found.full_activity).any() and falls.any()
        assert ((found.best != found.full_best) & (found.best >= 0)).any()
        rows, columns = np.nonzero(falls)
        middles = inside[found.rows[rows], found.columns[columns]]
        half = view.occlusion.window // 2
        near = [
            inside[max(0, r - half) : r + half + 1, max(0, c - half) : c + half + 1].any()
            for r, c in zip(found.rows[rows], found.columns[columns], strict=True)
        ]
        assert np.mean(near) > 0.9 and middles.any()


def test_a_square_that_is_too_small(view):
    """At one place in twenty or so; mostly where the square meets the object or its rim."""
    _, examples = subject(view)
    found, inside = covered_maps(view, view.picture), examples.masks[view.picture].numpy()
    changed = found.best != found.full_best
    assert view.occlusion.window == 6 and 0.02 < changed.mean() < 0.1
    half = view.occlusion.window // 2 + 2
    near = [
        inside[max(0, r - half) : r + half + 1, max(0, c - half) : c + half + 1].any()
        for r, c in zip(*(axis[at] for axis, at in zip(
            (found.rows, found.columns), np.nonzero(changed), strict=True)), strict=True)
    ]  # fmt: skip
    assert np.mean(near) > 0.5


@cache
def climbed(config: ActivationMaximisation) -> Ran:
    return run(config)


def scores(found: Ran, seeds: int, at: int = -1) -> list[float]:
    return [float(found.series[f"score:{i}"][1][at]) for i in range(seeds)]


def test_what_a_ring_is_to_the(view):
    found = climbed(view.dream)
    assert classifier(view.dream.network).classes[view.dream.target] == "ring"
    assert min(scores(found, view.dream.seeds)) > 5 * found.facts["best_real"]
    pictures = found.frame["pictures"].astype(float).mean(1)  # curved lines: ink everywhere
    for picture in pictures:
        parts = np.array([[q.std() for q in np.hsplit(half, 2)] for half in np.vsplit(picture, 2)])
        assert parts.min() > 0.6 * parts.max()


def test_what_a_star_is_to_the(view):
    """Every first noise, and not because of corners: at other strengths it is taken otherwise."""
    found = climbed(view.dream)
    first = found.frames[min(found.frames)]["probabilities"]
    assert (first.argmax(1) == view.dream.target).all()
    assert classifier(view.dream.network).classes[view.dream.target] == "star"
    for noise in (0.1, 1.0):
        event = climbed(view.dream.with_("noise", noise).with_("steps", 10))
        other = event.frames[min(event.frames)]["probabilities"]
        assert (other.argmax(1) != view.dream.target).all()


def test_without_a_regulariser(view):
    found = climbed(view.dream)
    assert not view.dream.regularisers()
    assert min(scores(found, view.dream.seeds)) > found.facts["best_real"]
    held = climbed(ImagesView().dream)
    noisy, calm = (
        np.mean([rough(p.astype(float).mean(0) - p.mean()) for p in one.frame["pictures"]])
        for one in (found, held)
    )
    assert noisy > 1.5 * calm


def test_digits_that_a_network_would_draw(view):
    found = climbed(view.dream)
    for i in range(view.dream.seeds):
        slope, chance = (found.series[f"{name}:{i}"][1] for name in ("slope", "probability"))
        assert chance[-1] > 0.9 > chance[0] and slope[-1] < 0.1 * slope.max()


def test_what_a_channel_looks_for(view):
    """Stripes: of all directions of the picture's waves, a few hold much."""
    found = climbed(view.dream)
    assert found.facts["layer"] == "conv3"
    for picture in found.frame["pictures"]:
        grey = picture.astype(float).mean(0)
        power = np.abs(np.fft.fft2(grey - grey.mean())) ** 2
        fy, fx = np.meshgrid(*[np.fft.fftfreq(n) for n in grey.shape], indexing="ij")
        angle = (np.degrees(np.arctan2(fy, fx)) % 180 // 15).astype(int)
        share = np.bincount(angle.ravel(), power.ravel()) / power.sum()
        assert share.max() > 2.5 / 12, share


def test_inceptionism(view):
    found = run(view.inception)
    curve = found.series["score:0"][1]
    heights = {frame["pictures"].shape[2] for frame in found.frames.values()}
    assert len(heights) == view.inception.octaves == 3 and curve[-1] > 20 * curve[0]


def test_brush_strokes_of_an_early_layer(view):
    """The network goes on seeing what it saw: an early layer exaggerates no objects."""
    found = run(view.inception)
    first, last = (found.frames[s]["probabilities"] for s in (min(found.frames), max(found.frames)))
    curve = found.series["score:0"][1]
    assert found.facts["layer"] == "conv1" and curve[-1] > 2 * curve[0]
    deep = run(view.inception.with_("layer", ""))
    assert first.argmax() == last.argmax() and deep.frame["probabilities"].argmax() != last.argmax()


def test_a_change_of_one_percent(view):
    found = run(view.fool)
    changes = [found.last(f"change:{i}") for i in range(6) if found.last(f"probability:{i}") > 0.5]
    assert 0.5 < min(changes) / 255 * 100 < 1.5  # per cent of the range from black to white
    assert max(found.last(f"probability:{i}") for i in range(6)) > 0.95


def test_noise_that_is_surely_a_star(view):
    found = run(view.fool)
    assert classifier(view.fool.network).classes[view.fool.target] == "star"
    assert found.frame["probabilities"][:, view.fool.target].min() > 0.99
    for picture in found.frame["pictures"]:  # neighbours have nothing to do with each other
        grey = picture.astype(float).mean(0)
        assert abs(np.corrcoef(grey[:, 1:].ravel(), grey[:, :-1].ravel())[0, 1]) < 0.3


def test_eight_sinusoids(view):
    found = run(view.fool)
    numbers = sum(value[0].numel() for value in found.weights.values() if value.ndim > 1)
    assert view.fool.waves == 8 and numbers in (48, 48 + found.frame["pictures"][0].size)
    assert found.frame["probabilities"][:, view.fool.target].min() > 0.95


def board(view: ImagesView, kept: Any, score: str) -> tuple[dict[str, float], dict[str, float]]:
    """Means by method and floor; of the same methods on the untrained network."""
    summary = shipped(kept, view.board).summary
    blind = UNTRAINED + score
    return (
        {n: summary[f"{score}:{n}"] for n in view.board.entries},
        {n: summary[f"{blind}:{n}"] for n in view.board.methods},
    )


def test_two_objects_which_one_is_asked(view, kept):
    found, blind = board(view, kept, view.score)
    assert view.score == "pointing_game" and view.board.pictures == "pairs"
    assert min(found["grad_cam"], found["lrp"]) > 0.9 and abs(found["edges"] - 0.5) < 0.08
    assert max(blind["grad_cam"], blind["lrp"]) < 0.5
    exact, _ = board(view, kept, "pointing_exact")
    assert exact["grad_cam"] < 0.4 and exact["grad_cam"] < exact["edges"] < exact["lrp"]
    outlines = ("guided_backprop", "deconvolution")  # as the lesson says of them
    assert max(found[name] for name in outlines) < 0.75 < found["guided_grad_cam"]


def test_who_covers_the_object_best(view, kept):
    found, _ = board(view, kept, view.score)
    leaders = sorted(found, key=lambda name: -found[name])[:4]
    assert set(leaders) == {"occlusion", "feature_ablation", "cam", "grad_cam"}
    assert found["grad_cam"] > 1.5 * max(found["lrp"], found["guided_grad_cam"])


def test_what_the_untrained_network_reaches(view, kept):
    found, blind = board(view, kept, view.score)
    assert view.score == "mass_inside" and set(blind) == set(METHODS) & set(found)
    left = {name: found[name] - blind[name] for name in blind}
    assert all(value > 0 for value in left.values())
    assert blind["guided_backprop"] > 2 * blind["grad_cam"]  # what the picture alone gives


def test_clever_hans_right_for_the_wrong(view, kept):
    found, last = shipped(kept, view.hans), len(view.hans.agreements) - 1
    assert view.hans.agreements[last] == 1
    reached = {name: found.last(f"{name}:{last}") for name in ("agrees", "removed", "wrong")}
    assert reached["agrees"] > 0.98 and reached["removed"] < 0.4 and reached["wrong"] < 0.1


def test_a_mark_that_means_nothing(view, kept):
    found = shipped(kept, view.hans)
    assert view.hans.agreements[view.cheat] == 0
    reached = [found.last(f"{name}:{view.cheat}") for name in ("agrees", "removed", "wrong")]
    assert max(reached) - min(reached) < 0.03
    arrays = {k: v for frame in found.frames.values() for k, v in frame.items()}
    for name in view.hans.methods:
        mark, thing = (arrays[f"{view.cheat}/{what}/{name}"].mean() for what in ("mark", "object"))
        assert mark < 0.5 * thing, name
