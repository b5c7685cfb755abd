"""Every explanation method keeps the same promises on every network of images."""

import gc
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pytest
import torch
from torch import Tensor, nn

from engine.explain.methods import METHODS, _spec
from engine.explain.networks.feature_maps import feature_layers
from engine.explain.networks.private import private
from engine.models import MODELS
from engine.nn.layers import Layers

NETWORKS = ("cnn", "resnet")
CASES = [
    ("cnn", "none", "relu"), ("cnn", "batch", "relu"), ("cnn", "layer", "relu"),
    ("resnet", "none", "relu"), ("resnet", "batch", "relu"), ("resnet", "layer", "relu"),
    ("cnn", "none", "tanh"), ("cnn", "batch", "prelu"), ("cnn", "layer", "gelu"),
    ("resnet", "none", "absolute"), ("resnet", "batch", "leaky_relu"), ("resnet", "layer", "elu"),
]  # fmt: skip
LIGHT = {"samples": 30, "across": 3, "baseline": "noise", "steps": 128}
"""Fewer samples; and a baseline with content, as a normalised layer jumps at an empty image."""
X = torch.randn(3, 2, 16, 16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
TARGET = torch.tensor([0, 2, 1])
each = pytest.mark.parametrize("id", METHODS)
case = pytest.mark.parametrize("name, norm, activation", CASES, ids=str)


def light(id: str):
    kind = METHODS[id]
    return kind(**{k: v for k, v in LIGHT.items() if k in kind.model_fields})


@lru_cache(None)
def build(name: str, norm: str = "none", activation: str = "relu") -> nn.Module:
    """Untrained, in float64, as training leaves it: in training mode, gradients on."""
    layers = Layers(activation=activation, normalisation=norm, dropout=0.1)
    knobs = {"channels": (3, 4)} if name in NETWORKS else {}
    return MODELS[name](**knobs).build(tuple(X.shape[1:]), 3, layers, 0).double()


@lru_cache(None)
def explained(id: str, name: str, norm: str, activation: str) -> Tensor | str:
    """The maps of three images, or the sentence of a refusal."""
    try:
        return light(id).attribute(build(name, norm, activation), X, TARGET, seed=3)
    except ValueError as error:
        return str(error)


def state(model: nn.Module) -> tuple[object, ...]:
    """All that an explanation must leave alone."""
    hooks = [
        (len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks))
        for m in model.modules()
    ]
    return (
        [m.training for m in model.modules()],
        [sorted(vars(m)) for m in model.modules()],
        hooks,
        [(p.requires_grad, p.grad) for p in model.parameters()],
        {name: value.tolist() for name, value in model.state_dict().items()},
    )


@case
@each
def test_a_map_has_a_finite_value_for_every_pixel(id, name, norm, activation):
    maps = explained(id, name, norm, activation)
    if isinstance(maps, str):
        assert refuses(id, norm, activation), maps
        return
    assert not refuses(id, norm, activation), "this must be refused, not guessed"
    assert maps.shape in {(3, 1, 16, 16), tuple(X.shape)}
    assert maps.dtype == X.dtype and maps.isfinite().all() and not maps.requires_grad
    if not METHODS[id].signed:
        assert maps.min() >= 0


def refuses(id: str, norm: str, activation: str) -> bool:
    """What a method has no rule for: it is said, and nothing is drawn."""
    if id in ("guided_backprop", "deconvolution", "guided_grad_cam"):
        return activation != "relu"
    return id == "deep_lift" and norm == "layer"


@pytest.mark.parametrize("name, norm, activation", CASES[:6], ids=str)
@each
def test_an_image_has_the_same_map_alone_and_in_a_batch(id, name, norm, activation):
    maps = explained(id, name, norm, activation)
    if isinstance(maps, str):
        return
    alone = light(id).attribute(build(name, norm, activation), X[1:2], TARGET[1:2], seed=3)
    torch.testing.assert_close(alone[0], maps[1], rtol=1e-6, atol=1e-9)


@case
@pytest.mark.parametrize("id", [id for id, method in METHODS.items() if method.promise])
def test_what_a_method_promises_its_maps_sum_to(id, name, norm, activation):
    maps = explained(id, name, norm, activation)
    if isinstance(maps, str):
        return
    owed = light(id).owed(build(name, norm, activation), X, TARGET, seed=3)
    missing = (maps.sum((1, 2, 3)) - owed).abs()
    mass = maps.abs().sum((1, 2, 3))  # the total may be small where much cancels
    rough = {"gradient_shap": 0.03, "integrated_gradients": 0.005, "lrp": 1e-3}.get(id, 1e-9)
    assert (missing < rough * mass).all(), (missing / mass, owed)


@each
def test_what_is_promised_is_computed_and_nothing_else(id):
    owed = light(id).owed(build("cnn"), X, TARGET)
    assert (owed is not None) == bool(METHODS[id].promise)
    assert owed is None or owed.shape == (3,)


@each
def test_the_seed_decides_and_nothing_else_does(id):
    method, model = light(id), build("cnn")
    torch.rand(3)  # moves torch's own generator, which must not matter
    again = method.attribute(model, X, TARGET, seed=3)
    assert torch.equal(again, explained(id, "cnn", "none", "relu"))
    other = method.attribute(model, X, TARGET, seed=4)
    draws = METHODS[id].random or getattr(method, "baseline", "") == "noise"
    assert torch.equal(other, again) != draws


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@each
def test_a_model_is_left_as_it_was(id, norm):
    for training in (True, False):
        model = build("cnn", norm).train(training)
        before, answer = state(model), model.eval()(X)
        model.train(training)
        light(id).owed(model, X, TARGET)
        try:
            light(id).attribute(model, X, TARGET)
        except ValueError:
            assert refuses(id, norm, "relu")
        assert state(model) == before
        assert torch.equal(model.eval()(X), answer)
        model.train(training)


@pytest.mark.parametrize("name", ["mlp", "linear"])
@each
def test_a_network_without_maps_is_refused_by_those_that_weigh_maps(id, name):
    model = build(name)  # the MLP with ReLU
    if METHODS[id].group == "cam":
        with pytest.raises(ValueError, match=r"convolution|average"):
            light(id).attribute(model, X, TARGET)
    else:
        assert light(id).attribute(model, X, TARGET).isfinite().all()


def test_a_layer_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r"no layer 'conv9'.*Did you mean 'conv"):
        METHODS["grad_cam"](layer="conv9").attribute(build("cnn"), X, TARGET)


@pytest.mark.parametrize("id", [id for id, m in METHODS.items() if "layer" in m.model_fields])
def test_every_layer_with_maps_can_be_asked(id):
    for name in NETWORKS:
        layers = feature_layers(build(name), X)
        assert len(layers) > 5
        maps = [light(id).with_("layer", n).attribute(build(name), X, TARGET) for n in layers]
        assert all(m.shape[2:] == X.shape[2:] and m.isfinite().all() for m in maps)
        assert not torch.equal(maps[0], maps[-1])


def test_a_thousand_explanations_leave_nothing_behind():
    """Leaks of hooks and of graphs are the classic fault of such tools."""
    ids = ("grad_cam", "deep_lift", "guided_backprop", "lrp", "integrated_gradients")
    model, x = build("cnn").eval(), X[:1]
    before, answer = state(model), model(x)

    def living() -> tuple[int, int]:
        gc.collect()
        tensors = [o for o in gc.get_objects() if issubclass(type(o), Tensor)]
        return len(tensors), sum(t.untyped_storage().nbytes() for t in tensors)

    methods = [METHODS[id](**({"steps": 4} if "steps" in METHODS[id].model_fields else {}))
               for id in ids]  # fmt: skip
    for method in methods:
        method.attribute(model, x, TARGET[:1])
    start = living()
    for _ in range(1000 // len(methods)):
        for method in methods:
            method.attribute(model, x, TARGET[:1])
    count, size = living()
    assert count <= start[0] + 20 and size <= start[1] + 2**20
    assert state(model) == before and torch.equal(model(x), answer)


def test_many_may_ask_one_model_at_the_same_time():
    """A hook on a shared model would run in every thread: all work on copies of their own."""
    model, ids = build("cnn").eval(), ("grad_cam", "cam", "deep_lift", "guided_backprop", "lrp")
    alone = {id: METHODS[id]().attribute(model, X, TARGET) for id in ids}
    layers = feature_layers(model, X)

    def ask(number: int) -> bool:
        id = ids[number % len(ids)]
        same = torch.equal(METHODS[id]().attribute(model, X, TARGET), alone[id])
        return same and feature_layers(model, X) == layers

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(60)))


@each
def test_a_method_says_how_often_it_asks_the_network(id, monkeypatch):
    """Counted at the door of the network; a pass that is followed back counts three times."""
    rows = []

    def counted(model: nn.Module) -> nn.Module:
        twin = private(model)
        twin.register_forward_pre_hook(
            lambda _model, args: rows.append(len(args[0]) * (3 if args[0].requires_grad else 1))
        )
        return twin

    model, method = build("cnn"), METHODS[id]()
    monkeypatch.setattr(_spec, "private", counted)
    method.attribute(model, X, TARGET, seed=3)
    assert method.passes(model, X[:1]) == pytest.approx(sum(rows) / len(X), rel=0.1, abs=3)
