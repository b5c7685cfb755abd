"""Is each method what its paper, its library or a network small enough for a pencil says?"""

import itertools
import math

import pytest
import torch
from captum import attr as captum
from captum.attr._utils.lrp_rules import EpsilonRule
from torch import Tensor, nn

from engine.device import guard_torchvision
from engine.explain.baselines import OPTIONS, baseline_of
from engine.explain.maps.segments import by_patch, segments
from engine.explain.methods import METHODS
from engine.explain.methods._patches import answers
from engine.explain.methods.cam import identity
from engine.explain.methods.kernel_shap import coalitions
from engine.explain.networks.answers import gradient
from engine.explain.networks.feature_maps import (
    choose_layer,
    enlarge,
    feature_layers,
    maps_and_gradients,
)
from engine.models import MODELS
from engine.nn.layers import Layers

SOURCE = torch.Generator().manual_seed(5)
X = torch.randn(2, 3, 16, 16, generator=SOURCE, dtype=torch.float64)
TARGET = torch.tensor([2, 0])


def build(name: str = "cnn", **knobs: object) -> nn.Module:
    """With ReLU and biases that are not zero."""
    model = MODELS[name](channels=(4, 5), **knobs).build((3, 16, 16), 3, Layers(activation="relu"),
                                                         1).double().eval()  # fmt: skip
    with torch.no_grad():
        for name_, value in model.named_parameters():
            if name_.endswith("bias"):
                value.copy_(0.1 * torch.randn(value.shape, generator=SOURCE))
    return model


def ours(id: str, model: nn.Module, **knobs: object) -> Tensor:
    return METHODS[id](**knobs).attribute(model, X, TARGET)


def close(a: Tensor, b: Tensor) -> None:
    torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-10)


# ---- against captum, called directly ----


@pytest.mark.filterwarnings("ignore:Setting")
@pytest.mark.parametrize("name", ["cnn", "resnet"])
def test_what_captum_does_is_what_captum_does(name):
    model = build(name)
    last = model.get_submodule(choose_layer(model, X))
    x, b = X.clone().requires_grad_(), torch.zeros_like(X)
    saliency = captum.Saliency(model).attribute(x, TARGET, abs=True)
    close(ours("saliency", model), saliency.amax(1, keepdim=True))
    close(ours("input_x_gradient", model), captum.InputXGradient(model).attribute(x, TARGET))
    close(ours("guided_backprop", model), captum.GuidedBackprop(model).attribute(x, TARGET))
    close(ours("deconvolution", model), captum.Deconvolution(model).attribute(x, TARGET))
    integrated = captum.IntegratedGradients(model).attribute(x, b, TARGET, n_steps=16)
    close(ours("integrated_gradients", model, steps=16), integrated)
    cam = captum.LayerGradCam(model, last).attribute(x, TARGET, relu_attributions=True)
    close(ours("grad_cam", model), captum.LayerAttribution.interpolate(cam, (16, 16), "bilinear"))
    guided = captum.GuidedGradCam(model, last).attribute(x, TARGET, interpolate_mode="bilinear")
    close(ours("guided_grad_cam", model), guided)
    hidden = captum.Occlusion(model).attribute(X, (3, 4, 4), (3, 2, 2), b, TARGET)
    torch.testing.assert_close(  # captum adds up in float32
        ours("occlusion", model, baseline="mean"), hidden[:, :1].double(), rtol=1e-4, atol=1e-6
    )
    cells = segments(X, "grid", 4)
    ablated = captum.FeatureAblation(model).attribute(X, b, TARGET, feature_mask=cells[:1, None])
    torch.testing.assert_close(
        ours("feature_ablation", model, baseline="mean", across=4),
        ablated[:, :1].double() / 16,
        rtol=1e-4,
        atol=1e-6,
    )


@pytest.mark.filterwarnings("ignore:Setting")
@pytest.mark.parametrize("pooling", ["average", "max"])
def test_deep_lift_agrees_with_captum_where_captum_is_right(pooling):
    """Behind an activation captum loses its rule of the maximum (issue 1104), unless the baseline
    is zero everywhere; without a maximum nothing is lost."""
    model = build(pooling=pooling)
    start = torch.randn(X.shape, generator=SOURCE, dtype=torch.float64)
    if pooling == "max":
        for name, value in model.named_parameters():
            if name.endswith("bias"):
                value.detach().zero_()
        start = torch.zeros_like(X)
    expected = captum.DeepLift(model).attribute(X.clone().requires_grad_(), start, TARGET)
    from engine.explain.methods import deep_lift

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deep_lift, "baseline_of", lambda kind, x, seed: start.to(x))
        close(ours("deep_lift", model), expected)


def test_lrp_agrees_with_captum_where_captum_is_right():
    """No residual sum, ReLU only, the plain rule."""
    model = build()
    other = build_again(model)
    other.flatten.rule = EpsilonRule()  # for which captum has none of its own
    expected = captum.LRP(other).attribute(X.clone().requires_grad_(), TARGET)
    found = ours("lrp", model, gamma=0, epsilon=1e-9)  # both stabilise quotients, elsewhere
    torch.testing.assert_close(found, expected.detach(), rtol=1e-4, atol=1e-8)


def build_again(model: nn.Module) -> nn.Module:
    """captum's LRP writes into the weights."""
    other = MODELS["cnn"](channels=(4, 5)).build((3, 16, 16), 3, Layers(activation="relu"), 1)
    other.double().eval().load_state_dict(model.state_dict())
    return other


# ---- by hand ----


class Squares(nn.Module):
    """S_0 = Σ x²: its gradient is 2x, integrals are closed."""

    def forward(self, x: Tensor) -> Tensor:
        return (x**2).sum((1, 2, 3))[:, None]


def test_smooth_grad_averages_the_gradient_at_noise_of_the_stated_size():
    x, target = X[:1], torch.tensor([0])
    method = METHODS["smooth_grad"](samples=200, noise=0.2)
    moved = method.attribute(Squares(), x, target) - 2 * x  # 2 · mean of the noise
    sigma = 2 * 0.2 * (x.max() - x.min()) / math.sqrt(200)
    assert 0.9 < moved.std() / sigma < 1.1 and moved.mean().abs() < 5 * sigma / math.sqrt(x.numel())
    close(METHODS["smooth_grad"](noise=0).attribute(Squares(), x, target), 2 * x)


def test_gradient_shap_has_the_expectation_of_its_formula():
    """∫ (x − b) 2(b + α(x − b)) dα = x² − b²; over b ~ N(0, s²) its mean is x² − s²."""
    x, target = X[:1], torch.tensor([0])
    method = METHODS["gradient_shap"](samples=200, spread=0.5)
    found = method.attribute(Squares(), x, target)
    assert (found - (x**2 - 0.25)).abs().mean() < 0.1
    assert METHODS["gradient_shap"](spread=0, samples=200).attribute(
        Squares(), x, target
    ) == pytest.approx(x**2, abs=0.02 * float(x.abs().max() ** 2))


def toy() -> nn.Module:
    """Two pixels, two hidden units, one output; weights of one digit."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[1.0, 2.0], [-1.0, 1.0]]))
        model[1].bias.copy_(torch.tensor([0.0, 0.0]))
        model[3].weight.copy_(torch.tensor([[3.0, 1.0]]))
        model[3].bias.copy_(torch.tensor([0.5]))
    return model


def test_lrp_of_a_network_of_two_units():
    """x = (2, 1): z = (4, −1), h = (4, 0), S = 12.5. The second unit is silent: R = (6, 6), of
    which the output's bias kept 0.5. With γ = 1 both terms of z double and stay halves."""
    x = torch.tensor([2.0, 1.0]).double().reshape(1, 1, 1, 2)
    target = torch.tensor([0])
    plain = METHODS["lrp"](gamma=0, epsilon=1e-9).attribute(toy(), x, target).flatten()
    close(plain, torch.tensor([6.0, 6.0]).double())
    gamma = METHODS["lrp"](gamma=1, epsilon=1e-9).attribute(toy(), x, target).flatten()
    kept = 12.5 * 24 / (12.5 + 12)  # R of the hidden unit: (h w + γ h w⁺) / (z + γ h w⁺) · S
    close(gamma, torch.tensor([kept / 2, kept / 2]).double())


def test_lrp_keeps_relevance_apart_by_sign():
    """x = (1, 2): z = (5, 1), h = (5, 1). The second unit got −1 and 2 from the inputs."""
    x = torch.tensor([1.0, 2.0]).double().reshape(1, 1, 1, 2)
    found = METHODS["lrp"](gamma=0, epsilon=1e-9).attribute(toy(), x, torch.tensor([0])).flatten()
    close(found, torch.tensor([3.0 * 1 - 1, 3.0 * 4 + 2]).double())


def test_deep_lift_and_integrated_gradients_of_a_network_of_two_units():
    """From 0 to (2, 1): only the first unit moves, linearly, so both give w · x times 3."""
    x = torch.tensor([2.0, 1.0]).double().reshape(1, 1, 1, 2)
    for id in ("deep_lift", "integrated_gradients"):
        found = METHODS[id]().attribute(toy(), x, torch.tensor([0])).flatten()
        close(found, torch.tensor([6.0, 6.0]).double())


def test_deep_lift_sees_through_a_step_that_no_gradient_passes():
    step = MODELS["mlp"](hidden=(6,)).build((1, 2, 2), 2, Layers(activation="step"), 0).double()
    x, target = X[:1, :1, :2, :2], torch.tensor([1])
    method = METHODS["deep_lift"](baseline="noise")
    assert METHODS["saliency"]().attribute(step, x, target).abs().max() == 0
    total = method.attribute(step, x, target).sum()
    close(total[None], method.owed(step, x, target))
    assert total.abs() > 0


def test_deep_lift_shares_a_maximum_between_both_places():
    """max(3, 1) from max(0, 2): 1 more because of the first, which rose above the reference's 2."""
    model = nn.Sequential(nn.Identity(), nn.MaxPool2d((1, 2)), nn.Flatten(), nn.Linear(1, 1))
    nn.init.ones_(model[3].weight)
    from engine.explain.methods import deep_lift

    x, start = (torch.tensor(v).reshape(1, 1, 1, 2) for v in ([3.0, 1.0], [0.0, 2.0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deep_lift, "baseline_of", lambda kind, x, seed: start)
        found = METHODS["deep_lift"]().attribute(model, x, torch.tensor([0]))
        assert found.flatten().tolist() == [1.0, 0.0]
        found = METHODS["deep_lift"]().attribute(model, torch.tensor([[[[1.0, 0.0]]]]),
                                                 torch.tensor([0]))  # fmt: skip
        assert found.flatten().tolist() == [0.0, -1.0]  # 1 less: the second fell


def test_the_switches_of_a_deconvolution_can_be_lost():
    model = nn.Sequential(nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(1, 1))
    nn.init.constant_(model[3].weight, 2.0)
    x = torch.tensor([[[[1.0, 5.0], [0.0, 2.0]]]])
    target = torch.tensor([0])
    kept = METHODS["deconvolution"]().attribute(model, x, target).flatten()
    assert kept.tolist() == [0, 2, 0, 0]
    lost = METHODS["deconvolution"](switches=False).attribute(model, x, target).flatten()
    assert lost.tolist() == [0.5, 0.5, 0.5, 0.5]


# ---- patches ----


def test_kernel_shap_is_exact_where_every_coalition_is_asked():
    model, x, target = build(), X[:1], TARGET[:1]
    start, cells = baseline_of("own", x, 0)[0], segments(x, "grid", 2)[0]
    value = {}
    for kept in itertools.product((False, True), repeat=4):
        asked = torch.tensor([kept])
        value[kept] = float(answers(model, x[0], start, target[0], cells, asked))
    shapley = [0.0] * 4
    for order in itertools.permutations(range(4)):
        present = [False] * 4
        for s in order:
            before = value[tuple(present)]
            present[s] = True
            shapley[s] += (value[tuple(present)] - before) / math.factorial(4)
    found = METHODS["kernel_shap"](across=2).attribute(model, x, target)[0, 0]
    close(found, by_patch(torch.tensor(shapley).double(), cells))


def test_kernel_shap_finds_a_sum_of_patches_from_few_samples():
    x, target = X[:1], torch.tensor([0])
    found = METHODS["kernel_shap"](baseline="mean", across=4, samples=100).attribute(
        Squares(), x, target
    )
    cells = segments(x, "grid", 4)[0]
    truth = torch.zeros(16).double().index_add_(0, cells.flatten(), (x**2).sum(1).flatten())
    close(found[0, 0], by_patch(truth, cells))


def test_coalitions_come_in_pairs_and_by_size_as_the_kernel_asks():
    kept, weight = coalitions(20, 2000, 0)
    assert kept.shape == (2000, 20) and (weight == 1).all()
    assert torch.equal(kept[:1000], ~kept[1000:])
    size = kept.sum(1)
    assert size.min() >= 1 and size.max() <= 19
    mass = torch.tensor([1 / (k * (20 - k)) for k in range(1, 20)])
    share = size.bincount(minlength=20)[1:] / 2000
    assert (share - mass / mass.sum()).abs().max() < 0.03


def test_lime_finds_the_effects_of_patches_that_add_up():
    x, target = X[:1], torch.tensor([0])
    found = METHODS["lime"](baseline="mean", across=4, samples=200, ridge=0.001, width=2.0)
    cells = segments(x, "grid", 4)[0]
    truth = torch.zeros(16).double().index_add_(0, cells.flatten(), (x**2).sum(1).flatten())
    close_enough = by_patch(truth, cells)
    torch.testing.assert_close(found.attribute(Squares(), x, target)[0, 0], close_enough,
                               rtol=1e-3, atol=1e-3)  # fmt: skip


def test_patches_are_numbered_without_gaps_and_cover_the_image():
    for kind, across, shape in itertools.product(
        ("grid", "superpixels"), (2, 7, 16), ((16, 16), (9, 20), (3, 3), (1, 1))
    ):
        x = torch.randn(2, 3, *shape, generator=SOURCE)
        for part in segments(x, kind, across):
            assert part.shape == shape
            assert part.unique().tolist() == list(range(int(part.max()) + 1))
            values = torch.randn(int(part.max()) + 1, generator=SOURCE)
            torch.testing.assert_close(by_patch(values, part).sum(), values.sum())


def test_superpixels_follow_a_colour_and_squares_do_not():
    x = torch.zeros(1, 1, 16, 16)
    x[..., 5:] = 1  # an edge that no grid of 4 has
    for part in segments(x, "superpixels", 4):
        assert not set(part[:, :5].unique().tolist()) & set(part[:, 5:].unique().tolist())
    grid = segments(x, "grid", 4)[0]
    assert set(grid[:, :5].unique().tolist()) & set(grid[:, 5:].unique().tolist())


# ---- the CAM family, on maps small enough to go through one by one ----


def test_cams_places_add_up_to_the_score():
    for model in (build(), build("resnet")):
        found = identity(model, X, TARGET)
        close(found.maps.sum((1, 2)) + found.bias, found.score)
        close(found.score, model(X).gather(1, TARGET[:, None]).squeeze(1))
        close(ours("cam", model).sum((1, 2, 3)) + found.bias, found.score)


def test_cam_refuses_another_head():
    with pytest.raises(ValueError, match="average"):
        ours("cam", build(head="flatten"))


def test_grad_cam_at_the_last_maps_is_the_positive_part_of_cam():
    """Selvaraju et al. 2017, section 3.1: ∂S_c/∂A = w_k / Z there."""
    model = build("resnet")  # whose last maps are averaged without a pooling before
    maps, z = identity(model, X, TARGET).maps, 8 * 8
    close(ours("grad_cam", model), enlarge((maps * z / z).relu()[:, None], (16, 16)))


def test_grad_cam_pp_has_the_weights_of_its_definition():
    """Equation 5 with equation 10's α from derivatives of exp(S_c), by autograd at each place."""
    model, x, c = build("resnet"), X[:1], int(TARGET[0])
    layer = choose_layer(model, x)
    a, _ = maps_and_gradients(model, x, TARGET[:1], layer)  # (1, K, h, w)
    weight = torch.zeros(a.shape[1]).double()
    for k in range(a.shape[1]):
        for i, j in itertools.product(range(a.shape[2]), range(a.shape[3])):
            at = a.clone().requires_grad_()
            y = model.dense(at.mean((2, 3)))[0, c].exp()
            (d1,) = torch.autograd.grad(y, at, create_graph=True)
            (d2,) = torch.autograd.grad(d1[0, k, i, j], at, create_graph=True)
            (d3,) = torch.autograd.grad(d2[0, k, i, j], at)
            one, two, three = (d[0, k, i, j].detach() for d in (d1, d2, d3))
            alpha = two / (2 * two + a[0, k].sum() * three)
            weight[k] += alpha * one.relu()
    y = model(x)[0, c].exp().detach()
    expected = torch.einsum("k,khw->hw", weight / y, a[0]).relu()
    close(ours("grad_cam_pp", model)[0, 0], enlarge(expected[None, None], (16, 16))[0, 0])


def test_layer_cam_and_score_cam_are_their_loops():
    model, x, c = build(), X[:1], int(TARGET[0])
    layer = choose_layer(model, x)
    a, g = maps_and_gradients(model, x, TARGET[:1], layer)
    expected = torch.zeros(a.shape[2:]).double()
    for k in range(a.shape[1]):
        expected += g[0, k].clamp(min=0) * a[0, k]
    close(ours("layer_cam", model)[0, 0], enlarge(expected.relu()[None, None], (16, 16))[0, 0])

    rises, empty = [], model(torch.zeros_like(x))[0, c]
    for k in range(a.shape[1]):
        h = enlarge(a[:, k : k + 1], (16, 16))
        h = (h - h.min()) / (h.max() - h.min()) if h.max() > h.min() else torch.zeros_like(h)
        rises.append(model(x * h)[0, c] - empty)
    weight = torch.stack(rises).softmax(0)
    expected = sum(w * a[0, k] for k, w in enumerate(weight)).relu()
    close(ours("score_cam", model)[0, 0], enlarge(expected[None, None].detach(), (16, 16))[0, 0])


# ---- what they share ----


def test_maps_and_gradients_are_autograds():
    model = build()
    layer = "conv2"
    found = {}
    hook = model.get_submodule(layer).register_forward_hook(
        lambda m, args, out: (out.retain_grad(), found.update(out=out))[1]
    )
    model(X.clone().requires_grad_()).gather(1, TARGET[:, None]).sum().backward()
    hook.remove()
    a, g = maps_and_gradients(build_again(model), X, TARGET, layer)
    close(a, found["out"].detach())
    close(g, found["out"].grad)
    assert gradient(model, X, TARGET).shape == X.shape


def test_layers_with_maps_are_found_in_order_and_the_last_that_works_is_chosen():
    model = build()
    assert list(feature_layers(model, X)) == ["conv1", "act1", "pool1", "conv2", "act2", "pool2"]
    assert feature_layers(model, X)["pool1"] == (4, 8, 8)
    assert choose_layer(model, X) == "act2" and choose_layer(build("resnet"), X) == "block2_1"


def test_enlarging_by_whole_factors_keeps_the_mean():
    maps = torch.randn(2, 3, 4, 5, generator=SOURCE)
    torch.testing.assert_close(enlarge(maps, (16, 15)).mean((2, 3)), maps.mean((2, 3)))


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_baseline_is_an_images_own_and_never_the_batchs(kind):
    both = baseline_of(kind, X, 7)
    close(both[1:], baseline_of(kind, X[1:], 7))
    expected = {
        "mean": torch.zeros_like(X),
        "dark": X.amin((2, 3), keepdim=True).expand_as(X),
        "light": X.amax((2, 3), keepdim=True).expand_as(X),
        "own": X.mean((2, 3), keepdim=True).expand_as(X),
    }
    if kind in expected:
        close(both, expected[kind])
    elif kind == "blur":
        assert both.std() < X.std() / 4 and both.shape == X.shape
    else:
        assert torch.equal(both[0], both[1]) and not torch.equal(both, baseline_of(kind, X, 8))


def test_torchvisions_networks_are_explained_or_refused_in_a_sentence():
    """ResNet-18 calls a ReLU twice, adds branches and pools windows that overlap."""
    guard_torchvision()
    from torchvision.models import mobilenet_v3_small, resnet18

    x, target = torch.randn(1, 3, 64, 64, generator=SOURCE), torch.tensor([3])
    model = resnet18(weights=None).eval()
    for id in ("deep_lift", "cam"):
        maps = METHODS[id]().attribute(model, x, target)
        owed = METHODS[id]().owed(model, x, target)
        assert owed is not None and abs(maps.sum() - owed) < 1e-4 * maps.abs().sum(), id
    gated = mobilenet_v3_small(weights=None).eval()
    for id, word in (("deep_lift", "SqueezeExcitation"), ("guided_backprop", "Hardswish"),
                     ("cam", "average")):  # fmt: skip
        with pytest.raises(ValueError, match=word):
            METHODS[id]().attribute(gated, x, target)
