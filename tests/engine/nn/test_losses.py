"""Is a loss what its formula says, on numbers that can be worked out by hand?"""

import math

import pytest
import torch

from engine.nn.losses import LOSSES

OUTPUTS = torch.tensor([[0.0, math.log(3.0)], [math.log(3.0), 0.0]])  # softmax: 1/4 and 3/4
CLASSES = torch.tensor([1, 1])
VALUES = torch.tensor([[1.0, 0.0], [math.log(3.0), 2.0]])


def test_cross_entropy_is_the_log_of_what_the_true_class_is_given() -> None:
    expected = -(math.log(3 / 4) + math.log(1 / 4)) / 2  # nats
    assert LOSSES["cross_entropy"]().mean(OUTPUTS, CLASSES).item() == pytest.approx(expected)


def test_squared_error_is_the_mean_over_outputs_and_examples() -> None:
    expected = (1 + math.log(3) ** 2 + 0 + 4) / 4
    assert LOSSES["mse"]().mean(OUTPUTS, VALUES).item() == pytest.approx(expected)


def test_absolute_error_is_the_mean_over_outputs_and_examples() -> None:
    expected = (1 + math.log(3) + 0 + 2) / 4
    assert LOSSES["l1"]().mean(OUTPUTS, VALUES).item() == pytest.approx(expected)


@pytest.mark.parametrize("id", ["mse", "l1"])
def test_an_error_of_a_class_is_that_of_its_one_hot_code(id: str) -> None:
    one_hot = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    loss = LOSSES[id]()
    assert loss.mean(OUTPUTS, CLASSES) == loss.mean(OUTPUTS, one_hot)


def test_the_negative_log_likelihood_is_minus_the_mean_log_density() -> None:
    log_density = torch.tensor([-1.0, -2.0, -6.0])
    found = LOSSES["negative_log_likelihood"]().mean(log_density, torch.zeros(3))
    assert found.item() == pytest.approx(3.0)


@pytest.mark.parametrize("id", list(LOSSES))
def test_a_loss_has_a_gradient_and_one_value(id: str) -> None:
    outputs = OUTPUTS.clone().requires_grad_()
    targets = VALUES if "classification" not in LOSSES[id].tasks else CLASSES
    loss = LOSSES[id]().mean(outputs, targets)
    loss.backward()
    assert loss.shape == () and outputs.grad is not None and outputs.grad.abs().sum() > 0
