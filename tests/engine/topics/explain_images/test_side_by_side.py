"""Boxes, sums, weights and repeats of explanations, on cases that can be counted by hand."""

import numpy as np
import pytest
import torch

from engine.explain.explained import explain
from engine.explain.maps.boxes import Box, box_around, box_of, iou
from engine.explain.maps.similarity import spearman
from engine.explain.methods import METHODS
from engine.explain.weighing import weighed
from engine.networks.classifiers import classifier
from engine.runs.events import Done, Frame, Metrics, Paused, Started
from engine.runs.work import dump, load
from engine.topics.explain_images.stability import (
    PICTURES,
    Stability,
    again,
    agreement,
    inputs_of,
    unmoved,
)

CPU = torch.device("cpu")


def test_the_box_is_round_the_largest_part_above_the_threshold():
    evidence = np.zeros((8, 8))
    evidence[1, 1] = 10  # the highest, and alone
    evidence[4:7, 3:6] = 5
    evidence[4, 7] = -50  # speaks against, and counts for nothing
    assert box_of(evidence, 0.2) == Box(4, 3, 6, 5)
    assert box_of(evidence, 0.6) == Box(1, 1, 1, 1)
    assert box_of(-evidence.clip(0), 0.2) is None and box_of(0 * evidence, 0.2) is None


def test_boxes_share_what_both_cover():
    one, other = Box(0, 0, 3, 3), Box(2, 2, 5, 5)  # 16 pixels each, 4 shared
    assert one.area == 16 and iou(one, other) == pytest.approx(4 / 28)
    assert iou(one, one) == 1 and iou(one, Box(4, 0, 5, 3)) == 0
    mask = np.zeros((5, 6), bool)
    assert box_around(mask) is None
    mask[1, 2] = mask[3, 4] = True
    assert box_around(mask) == Box(1, 2, 3, 4)


@pytest.fixture(scope="module")
def subject():
    of = classifier("shapes_cnn")
    examples = of.examples(2)
    return of, examples.x[:1], examples.y[:1]


@pytest.mark.parametrize("id", [id for id, m in METHODS.items() if m.promise])
def test_a_trained_network_s_maps_add_up_as_far_as_their_method_can(subject, id):
    of, x, y = subject
    found = explain(METHODS[id](), of.model, x, y).residual
    assert found is not None and found.mass >= abs(found.total) * 0.999
    least = {"integrated_gradients": 0.05, "gradient_shap": 0.2}.get(id, 1e-4)
    assert found.relative < least
    assert found.relative == pytest.approx(abs(found.total - found.owed) / abs(found.owed))


def test_more_steps_make_the_miss_of_integrated_gradients_smaller(subject):
    of, x, y = subject
    few, many = (
        explain(METHODS["integrated_gradients"](steps=s), of.model, x, y).residual for s in (4, 128)
    )
    assert few and many and abs(many.missing) < abs(few.missing) / 2


def test_an_explanation_is_a_map_a_time_and_a_reason(subject):
    of, x, y = subject
    found = explain(METHODS["saliency"](), of.model, x, y)
    assert found.values is not None and found.values.shape == x.shape[2:]
    assert found.residual is None and found.seconds > 0 and not found.refused
    refused = explain(METHODS["grad_cam"](layer="nowhere"), of.model, x, y)
    assert refused.values is None and "nowhere" in refused.refused


def test_the_weights_of_grad_cam_add_up_to_its_map(subject):
    of, x, y = subject
    parts = weighed(of.model, x, y, "act4")
    total = np.tensordot(parts.alpha, parts.maps, 1)
    np.testing.assert_allclose(parts.total, total, rtol=1e-3, atol=1e-5)
    a = torch.from_numpy(parts.maps)[None].requires_grad_()
    rest = list(of.model.named_children())
    behind = torch.nn.Sequential(*[m for n, m in rest[[n for n, _ in rest].index("act4") + 1 :]])
    behind(a)[0, int(y)].backward()
    np.testing.assert_allclose(parts.alpha, a.grad[0].mean((1, 2)).numpy(), rtol=1e-3, atol=1e-7)


QUICK = Stability(methods=("saliency", "grad_cam", "smooth_grad"), repeats=4)


def told(config):
    events = list(config.run(CPU))
    frames = {e.step: e.arrays for e in events if isinstance(e, Frame)}
    values = {k: v for e in events if isinstance(e, Metrics) for k, v in e.values.items()}
    return events, frames, values


@pytest.fixture(scope="module")
def noisy():
    return told(QUICK)


def test_every_method_has_a_mean_and_a_spread_for_every_pixel(noisy):
    events, frames, values = noisy
    assert isinstance(events[0], Started) and events[0].facts["inputs"] == 4
    assert isinstance(events[-1], Done) and list(frames) == [1, 2, 3]
    for arrays in frames.values():
        assert np.abs(arrays["mean"]).max() == pytest.approx(1, abs=1e-5)
        assert arrays["spread"].min() >= 0 and arrays["spread"].max() > 0
    assert values["agreement:saliency"] < values["agreement:grad_cam"] <= 1


def test_maps_without_signs_are_compared_with_others_by_size(noisy):
    _, _, values = noisy
    for name in ("saliency", "grad_cam"):  # nothing of theirs is below zero
        assert values[f"sizes:{name}"] == pytest.approx(values[f"agreement:{name}"])
    of = classifier("shapes_cnn")
    x = of.examples(PICTURES).x[:1]
    config = Stability(methods=("integrated_gradients",), repeats=3)
    found = again(config, "integrated_gradients", of.model, inputs_of(config, x), 0)
    assert found.sizes > found.agreement + 0.05  # signs jump more than sizes do


@pytest.mark.parametrize("network", ["shapes_cnn", "shapes_resnet"])
def test_what_biases_keep_is_no_broken_promise_of_lrp(network):
    """Its map and the biases' share are the score, whatever the network adds and normalises."""
    of = classifier(network)
    x = of.examples(4).x[:2]
    method, target = METHODS["lrp"](), of.model(x).argmax(1)
    kept = method.kept(of.model, x, target)
    total = method.attribute(of.model, x, target).double().sum((1, 2, 3))
    scores = of.model(x).gather(1, target[:, None])[:, 0].double()
    torch.testing.assert_close(total + kept, scores, rtol=1e-3, atol=1e-3)
    assert kept.abs().max() > 0.1


def test_the_mean_and_the_spread_are_those_of_the_maps(noisy):
    of = classifier("shapes_cnn")
    x = of.examples(240).x[:1]
    from engine.device import generator

    noise = torch.randn(4, *x.shape[1:], generator=generator(0, "stability"))
    target = of.model(x).argmax(1).expand(4)
    maps = METHODS["saliency"]().attribute(of.model, x + 0.1 * noise, target).sum(1)
    size = maps.mean(0).max()
    found = noisy[1][1]
    np.testing.assert_allclose(found["mean"], maps.mean(0) / size, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(found["spread"], maps.std(0) / size, rtol=1e-3, atol=1e-5)
    pairs = [spearman(maps[i : i + 1], maps[j : j + 1]) for i in range(4) for j in range(i)]
    expected = float(torch.cat(pairs).mean())
    assert noisy[2]["agreement:saliency"] == pytest.approx(expected, abs=1e-4)
    assert agreement(maps[:1].expand(3, -1, -1)) == pytest.approx(1)


def test_a_picture_of_ones_own_is_measured_like_one_of_the_data():
    of = classifier(QUICK.network)
    _, frames, values = told(QUICK)
    x = of.examples(PICTURES).x[QUICK.picture][None]
    target = int(of.model(x).argmax())
    found = again(QUICK, QUICK.methods[0], of.model, inputs_of(QUICK, x), target)
    assert found.agreement == values[f"agreement:{QUICK.methods[0]}"] and found.seconds > 0
    np.testing.assert_array_equal(found.arrays["spread"], frames[1]["spread"])
    assert unmoved(of.model, x, x) == 1


def test_a_seed_moves_only_those_that_draw():
    _, frames, values = told(QUICK.with_("vary", "seed"))
    assert values["agreement:saliency"] == pytest.approx(1)
    assert frames[1]["spread"].max() == 0 and frames[3]["spread"].max() > 0
    assert values["agreement:smooth_grad"] < 0.999


def test_baselines_leave_out_who_has_none():
    config = Stability(methods=("saliency", "deep_lift"), vary="baseline")
    assert config.compared == ("deep_lift",) and config.times == 6
    _, frames, values = told(config)
    assert list(frames) == [1] and -1 <= values["agreement:deep_lift"] < 1


def test_no_method_with_a_baseline_is_a_run_with_nothing_in_it():
    events, frames, _ = told(Stability(methods=("saliency",), vary="baseline"))
    assert isinstance(events[-1], Done) and not frames


def test_a_paused_run_goes_on_where_it_was(noisy):
    state = None
    for event in QUICK.run(CPU, until=2):
        if hasattr(event, "save"):
            state = event.save()
    assert isinstance(event, Paused)
    rest = [e for e in QUICK.run(CPU, start=state) if isinstance(e, Frame)]
    assert [e.step for e in rest] == [3]
    np.testing.assert_array_equal(rest[0].arrays["mean"], noisy[1][3]["mean"])


def test_it_is_a_kind_of_work():
    assert load(dump(QUICK)) == QUICK
    found, problems = Stability.read({"methods": "grad_cam~nonsense"})
    assert problems and "nonsense" in problems[0] and found == Stability()
