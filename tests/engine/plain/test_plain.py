"""The plain source of every part computes what the part does, and holds nothing of the engine."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.data import DATASETS
from engine.device import generator
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.nn.layers import Layers
from engine.nn.losses import LOSSES
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.plain import Plain, literal

SHAPES = {"points": (2,), "curve": (1,), "table": (5,), "image": (1, 16, 16)}


def made(plain: Plain, expression: str, **names: Any) -> Any:
    """The value of an expression after the definitions, in a namespace of their own."""
    text = f"{plain.imported('import torch')}\n\n\n{plain.written()}\n"
    assert "engine" not in text and "said(" not in text
    space = dict(names)
    exec(compile(text, "plain.py", "exec"), space)
    return eval(expression, space)


@pytest.mark.parametrize("id", [id for id in DATASETS if DATASETS[id].local])
def test_data_are_drawn_the_same(id: str) -> None:
    part, plain = DATASETS[id](), Plain()
    x, y = made(plain, part.source(plain, "7"))
    data = part.load(7)
    assert torch.equal(x, data.x) and torch.equal(y, data.y)


@pytest.mark.parametrize("id", ACTIVATIONS)
def test_activations_answer_the_same(id: str) -> None:
    part, plain = ACTIVATIONS[id](), Plain()
    module = made(plain, part.source(plain))
    x = torch.linspace(-3, 3, 61)
    assert torch.equal(module(x), part.build()(x))


@pytest.mark.parametrize("id", INITIALISERS)
def test_first_weights_are_the_same(id: str) -> None:
    part, plain = INITIALISERS[id](), Plain()
    weight, ours = torch.ones(6, 4), torch.ones(6, 4)
    made(plain, part.source(plain, "weight", "draw"), weight=weight, draw=generator(1, "w"))
    part.fill(ours, generator(1, "w"))
    assert torch.equal(weight, ours)


@pytest.mark.parametrize("id", LOSSES)
def test_losses_are_the_same(id: str) -> None:
    part, plain = LOSSES[id](), Plain()
    outputs = torch.randn(5, 3, generator=generator(2, "outputs"))
    y = torch.tensor([0, 1, 2, 1, 0])
    value = made(plain, part.source(plain, "outputs", "y"), outputs=outputs, y=y)
    assert torch.equal(value, part.mean(outputs, y))


@pytest.mark.parametrize("id", SCHEDULES)
def test_schedules_are_the_same(id: str) -> None:
    part, plain = SCHEDULES[id](), Plain()
    for step in range(0, 120, 7):
        expression = part.source(plain, str(step), "100", "10")
        assert made(plain, expression) == part.factor(step, 100, 10)


@pytest.mark.parametrize("id", OPTIMIZERS)
def test_optimizers_step_the_same(id: str) -> None:
    def five(optimizer: torch.optim.Optimizer, weights: list[nn.Parameter]) -> list[Tensor]:
        for step in range(5):
            for number, weight in enumerate(weights):
                weight.grad = torch.randn(weight.shape, generator=generator(step, number))
            optimizer.step()
        return [weight.detach() for weight in weights]

    def fresh() -> list[nn.Parameter]:
        shapes = ((4, 3), (4,))
        return [nn.Parameter(torch.randn(s, generator=generator(3, "w"))) for s in shapes]

    part, plain = OPTIMIZERS[id](), Plain()
    theirs, ours = fresh(), fresh()
    built = made(plain, part.source(plain, "parameters", "0.05"), parameters=theirs)
    for one, other in zip(five(built, theirs), five(part.build(ours, 0.05), ours), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("normalisation", ["none", "batch", "layer"])
@pytest.mark.parametrize("id", MODELS)
def test_networks_begin_the_same(id: str, normalisation: str) -> None:
    part, plain = MODELS[id](), Plain()
    layers = Layers.model_validate({"normalisation": normalisation, "dropout": 0.2})
    shape = SHAPES[part.kinds[-1]]
    network = made(plain, part.source(plain, shape, 3, layers, "5"))
    ours = part.build(shape, 3, layers, 5)
    assert list(network.state_dict()) == list(ours.state_dict())
    for one, other in zip(network.parameters(), ours.parameters(), strict=True):
        assert torch.equal(one, other)
    x = torch.randn(4, *shape, generator=generator(0, "x"))
    assert torch.equal(network.eval()(x), ours.eval()(x))


def test_settings_become_arguments_with_their_values() -> None:
    plain = Plain()
    assert DATASETS["spirals"]().source(plain, "0") == "spirals(0)"
    assert "def spirals(seed, arms=2, turns=1.25, examples=800, noise=0.12):" in plain.written()
    assert DATASETS["spirals"](noise=0.3).source(plain, "0") == "spirals(0, noise=0.3)"


def test_a_branch_that_is_not_taken_is_left_out() -> None:
    plain = Plain()
    plain.call(OPTIMIZERS["lion"](), OPTIMIZERS["lion"]().update)
    assert "one_beta" not in plain.written() and "β2 = β1" not in plain.written()
    plain = Plain()
    lion = OPTIMIZERS["lion"].model_validate({"one_beta": True})
    plain.call(lion, lion.update)
    assert "β2 = β1" in plain.written()


def test_parts_that_differ_in_a_branch_are_two_functions() -> None:
    plain = Plain()
    first = SCHEDULES["warmup"].model_validate({"then": "linear"}).source(plain, "1", "2", "3")
    second = SCHEDULES["warmup"].model_validate({"then": "cosine"}).source(plain, "1", "2", "3")
    assert (first, second) == ("warmup(1, 2, 3)", "warmup_2(1, 2, 3)")


def test_values_are_written_as_a_formatter_writes_them() -> None:
    for value in ("it's", 'a "word"', "plain", (1,), ("a", 2.5), 1e-8, True, None):
        assert eval(literal(value)) == value
    assert literal("plain") == '"plain"'
