"""What a network has to beat: values worked out by hand."""

import math

import numpy as np
import pytest

from engine.training.config import TrainConfig
from engine.training.floor import floor


def of(**items):
    config, problems = TrainConfig.read({k.replace("__", "."): v for k, v in items.items()})
    assert not problems
    return config, config.prepared()


def test_of_classes_it_is_the_most_frequent_one():
    config, data = of(data="card_fraud")
    found = floor(config, data)
    names = np.array(data.classes)[data.validation.y.numpy()]
    counts = np.bincount(data.train.y.numpy())
    assert found.common == data.classes[counts.argmax()]
    assert found.accuracy == pytest.approx((names == found.common).mean(), abs=1e-6)
    share = (counts / counts.sum())[data.validation.y.numpy()]
    assert found.loss == pytest.approx(-np.log(share).mean(), rel=1e-5)


def test_of_two_equal_classes_it_is_the_logarithm_of_two():
    config, data = of(data="moons")
    found = floor(config, data)
    assert abs(found.loss - math.log(2)) < 0.01 and abs(found.accuracy - 0.5) < 0.1


def test_of_a_squared_error_it_is_the_variance_about_the_mean_of_training():
    config, data = of(data="regression_curve", loss="mse")
    away = data.validation.y.numpy() - data.train.y.numpy().mean()
    found = floor(config, data)
    assert found.loss == pytest.approx((away**2).mean(), rel=1e-5) and found.accuracy is None


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_classes_have_one_under_every_loss(loss):
    config, data = of(data="moons", loss=loss)
    assert 0 < floor(config, data).loss < 1


def test_a_density_answers_nothing():
    config, data = of(data="moons", model="mixture", loss="negative_log_likelihood")
    assert floor(config, data) is None
