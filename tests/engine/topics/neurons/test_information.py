"""Softmax, entropies and overflow against scipy, torch and values by hand."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.topics.neurons.information import OFFSETS, InformationConfig, inform, rounding


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=8),
    st.floats(0.1, 10),
    st.floats(0, 1),
    st.integers(1, 8),
)
@settings(max_examples=200, deadline=None)
def test_all_of_it_is_scipys_and_torchs(logits, temperature, smoothing, right):
    config = InformationConfig(
        logits=tuple(logits), temperature=temperature, smoothing=smoothing, right=right
    )
    found = inform(config)
    z = np.array(logits) / temperature
    np.testing.assert_allclose(found.softmax, scipy.special.softmax(z), atol=1e-12)
    np.testing.assert_allclose(found.sigmoid, (1 + np.tanh(z / 2)) / 2, atol=1e-12)
    assert found.target.sum() == pytest.approx(1) and found.target.argmax() < len(logits)
    assert found.entropy == pytest.approx(scipy.stats.entropy(found.target), abs=1e-9)
    if found.softmax.min() > 1e-290:
        kl = scipy.special.rel_entr(found.target, found.softmax).sum()
        assert found.divergence == pytest.approx(kl, rel=1e-6, abs=1e-6)
    assert found.cross == pytest.approx(found.entropy + found.divergence, rel=1e-9, abs=1e-9)
    assert found.divergence > -1e-9
    assert found.difference < 1e-9 and found.two < 1e-12


def test_by_hand():
    """Logits (ln 3, 0): p = (3/4, 1/4). Of the first class: −ln(3/4) nats, log₂(4/3) bits."""
    config = InformationConfig(logits=(np.log(3), 0.0), smoothing=0, right=1)
    found = inform(config)
    np.testing.assert_allclose(found.softmax, [0.75, 0.25])
    assert (found.entropy, found.cross) == pytest.approx((0, -np.log(0.75)))
    np.testing.assert_allclose(found.gradient, [-0.25, 0.25])
    assert found.perceptron == 0
    wrong = inform(InformationConfig(logits=(2.0, 1.0, -1.0, 1.5), right=2))
    assert wrong.perceptron == pytest.approx(1.5)  # 2 − 1 and 1.5 − 1
    bits = inform(config.with_("unit", "bits"))
    assert bits.cross == pytest.approx(np.log2(4 / 3))
    even = inform(config.with_("smoothing", 1.0).with_("unit", "bits"))
    assert even.entropy == pytest.approx(1)
    # ½·log₂(½/¾) + ½·log₂(½/¼)
    assert even.divergence == pytest.approx(0.5 * np.log2(2 / 3) + 0.5)


def test_exponentials_leave_the_format_where_its_largest_number_says():
    """float16 ends at 65504 = e^11.09, float32 at 3.4e38 = e^88.7: at one logit of 0 and offset c
    the sum of two is infinite from there on. Less the maximum nothing happens."""
    found = rounding(np.array([0.0, 0.0]))
    for name, last in (("float16", np.log(65504 / 2)), ("float32", np.log(3.4028e38 / 2))):
        broken = np.isnan(found[f"{name}_plain"]) | (found[f"{name}_plain"] > 0.4)
        np.testing.assert_array_equal(broken, last < OFFSETS)
        assert found[f"{name}_shifted"].max() == 0


def test_the_maximum_does_not_bring_back_digits_that_the_logits_have_lost():
    """At 100 float16 has steps of 1/16: an offset rounds the logits themselves."""
    found = rounding(np.array([0.3, 0.0]))
    assert 1e-3 < found["float16_shifted"][100] < 0.1
    assert found["float32_shifted"].max() < 1e-5
