"""Does the risk depend on the city only together with the trade?"""

import math

import pytest
import torch

from engine.data import DATASETS
from engine.data.card_fraud import CATEGORIES, CITIES, FEATURES, INTERACTION, log_odds, risk

CATEGORY, CITY = FEATURES.index("category"), FEATURES.index("city")


def everywhere(x: torch.Tensor) -> torch.Tensor:
    """(4, 4, n, F): the rows in every category and city."""
    out = x.expand(4, 4, *x.shape).clone()
    out[..., CATEGORY] = torch.arange(4.0)[:, None, None]
    out[..., CITY] = torch.arange(4.0)[None, :, None]
    return out


def test_a_city_alone_changes_nothing_in_log_odds_or_in_probability() -> None:
    x = everywhere(DATASETS["card_fraud"]().load(0).x[:200])
    for f in (log_odds, risk):
        by_city = f(x.flatten(0, 2)).view(4, 4, -1).mean(0)  # (city, n), averaged over categories
        assert torch.allclose(by_city, by_city[:1].expand_as(by_city), rtol=0, atol=1e-12)


def test_a_city_matters_for_electronics_and_travel_and_not_for_the_rest() -> None:
    x = everywhere(DATASETS["card_fraud"]().load(0).x[:50])
    odds = log_odds(x.flatten(0, 2)).view(4, 4, -1)
    spread = odds.amax(1) - odds.amin(1)  # (category, n) over cities
    for category, expected in zip(CATEGORIES, (0, 0, 5, 5), strict=True):
        assert torch.allclose(spread[CATEGORIES.index(category)], torch.tensor(expected).double())
    assert torch.equal(INTERACTION.sum(0), torch.zeros(len(CITIES)).double())
    assert torch.equal(INTERACTION.sum(1), torch.zeros(len(CATEGORIES)).double())


def test_one_payment_worked_out_by_hand() -> None:
    # 80 EUR at 3 h for electronics in Eastbridge, online, account of 18 months, 16 km away
    row = torch.tensor([[80.0, 3, 2, 1, 1, 18, 16, 50]])
    home = torch.tensor([[40.0, 12, 0, 0, 0, 36, 8, 50]])
    ln2 = math.log(2)
    expected = 0.8 * ln2 + 0.5 * ln2 + 0.6 * ln2 + 0.8 + 1.0 + 2.5
    assert (log_odds(row) - log_odds(home)).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("prevalence", [0.01, 0.08, 0.3])
def test_the_expected_share_of_fraud_is_the_chosen_one(prevalence: float) -> None:
    data = DATASETS["card_fraud"](prevalence=prevalence, examples=50_000).load(0)
    true = risk(data.x, prevalence)
    assert true.mean().item() == pytest.approx(prevalence, rel=0.05)
    error = (true * (1 - true)).sum().sqrt() / len(true)
    assert (data.y.double().mean() - true.mean()).abs() < 4 * error


def test_labels_follow_the_true_risk() -> None:
    data = DATASETS["card_fraud"](examples=50_000).load(0)
    true = risk(data.x)
    for low, high in ((0, 0.02), (0.02, 0.1), (0.1, 0.4), (0.4, 1)):
        rows = (true >= low) & (true < high)
        error = (true[rows] * (1 - true[rows])).sum().sqrt() / rows.sum()
        assert (data.y[rows].double().mean() - true[rows].mean()).abs() < 4 * error


@pytest.mark.parametrize("correlation", [0.0, 0.7, 0.95])
def test_the_proxy_is_correlated_as_said_and_changes_no_risk(correlation: float) -> None:
    data = DATASETS["card_fraud"](correlation=correlation, examples=20_000).load(0)
    amount, used = data.x[:, 0].log(), torch.special.ndtri(data.x[:, -1].double() / 100).float()
    finite = used.isfinite()
    found = torch.corrcoef(torch.stack([amount[finite], used[finite]]))[0, 1].item()
    assert found == pytest.approx(correlation, abs=0.03)
    other = data.x.clone()
    other[:, -1] = 0
    assert torch.equal(risk(data.x), risk(other))


def test_columns_other_than_the_proxy_are_independent() -> None:
    data = DATASETS["card_fraud"](examples=50_000).load(0)
    found = torch.corrcoef(data.x.T)
    assert (found - torch.eye(len(FEATURES))).abs().max() < 0.03
