"""Is what a model says of all 65,536 pictures a distribution, and are its samples of it?"""

import itertools

import numpy as np
import pytest
import torch
from scipy import stats

from engine.autoregressive.orders import ORDERS
from engine.autoregressive.orders.random import Random
from engine.autoregressive.sampling import sample, uniforms
from engine.runs.events import Done, Frame, Metrics, Started
from engine.runs.work import dump, load
from engine.topics.ladder import sources
from engine.topics.ladder.exact import exact, log_q, mean_of_logits, mixture
from engine.topics.ladder.rungs import RUNGS, build, fit
from engine.topics.ladder.sources import (
    COUNT,
    PIXELS,
    Source,
    distribution,
    drawn,
    entropy,
    everything,
    pictures,
)
from engine.topics.ladder.work import CHEAT, ExactLadder, OrderLottery, rows

CPU = torch.device("cpu")
RASTER = ORDERS["raster"]()
ORDERED = [id for id, rung in RUNGS.items() if rung.orders]


def trained(id: str, order=RASTER, count: int = 300, steps: int = 60):
    model = build(id, order, 0)
    fit(model, pictures()[drawn(Source(), count, 0, "pictures")], steps, RUNGS[id].rate, 0)
    return model.eval()


@pytest.mark.parametrize("id", RUNGS)
def test_the_probabilities_of_all_pictures_sum_to_one(id: str) -> None:
    found = exact(log_q(trained(id)), distribution(Source()))
    assert abs(found.total - 1) < 1e-6 and found.divergence > 0


@pytest.mark.parametrize("order", [*ORDERS, "random 3"])
@pytest.mark.parametrize("id", ORDERED)
def test_so_they_do_in_every_order(id: str, order: str) -> None:
    chosen = Random(seed=3) if order == "random 3" else ORDERS[order]()
    q = log_q(trained(id, chosen, steps=15))
    assert abs(np.exp(q).sum() - 1) < 1e-6


@pytest.mark.parametrize("id", RUNGS)
def test_samples_are_of_the_models_own_distribution(id: str) -> None:
    """Chi-squared over the 30 likeliest pictures and all others, at a fixed seed."""
    model = trained(id, steps=80)
    count = 2000
    x = sample(model, uniforms((count, 1, 4, 4), 5)).x.flatten(1).numpy()
    numbers = (x.astype(np.int64) << np.arange(PIXELS)).sum(1)
    q = np.exp(log_q(model))
    top = np.argsort(-q)[:30]
    expected = np.append(q[top], 1 - q[top].sum()) * count
    seen = np.array([(numbers == k).sum() for k in top])
    observed = np.append(seen, count - seen.sum())
    keep = expected > 5
    expected, observed = (np.append(v[keep], v[~keep].sum()) for v in (expected, observed))
    if expected[-1] < 1e-9:
        expected, observed = expected[:-1], observed[:-1]
    assert stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue > 1e-3


def test_sources_are_what_they_say() -> None:
    for source in (Source(), Source(kind="ising"), Source(kind="own", own=(5, 9))):
        p = distribution(source)
        assert p.shape == (COUNT,) and p.sum() == pytest.approx(1) and (p >= 0).all()
        chosen = drawn(source, 20_000, 0, "test").numpy()
        mean = everything()[chosen].mean(0)
        np.testing.assert_allclose(mean, p @ everything(), atol=0.02)
    free = Source(kind="ising", coupling=0.0, field=0.3)
    one = 1 / (1 + np.exp(-0.6))
    np.testing.assert_allclose(distribution(free) @ everything(), one, rtol=1e-9)
    assert entropy(np.full(COUNT, 1 / COUNT)) == pytest.approx(PIXELS)
    clean = {int(k) for k in sources._bars()[0]}
    assert len(clean) == 30, "all off and all on are rows and columns"


def test_a_table_of_all_pictures_learns_the_shares_that_it_saw() -> None:
    x = pictures()[torch.tensor([3, 3, 3, 7, 7, 12] * 20)]
    model = build("table", RASTER, 0)
    fit(model, x, 1, 0.0, 0)
    q = np.exp(log_q(model))
    np.testing.assert_allclose(q[[3, 7, 12]], [1 / 2, 1 / 3, 1 / 6], rtol=0.1)


def test_an_average_over_orders_is_a_distribution_and_that_of_logits_is_none() -> None:
    models = [trained("fvsbn", Random(seed=k), steps=200) for k in range(4)]
    logs = [log_q(model) for model in models]
    both = mixture(logs)
    np.testing.assert_allclose(np.exp(both), np.mean([np.exp(q) for q in logs], 0), rtol=1e-9)
    assert np.exp(both).sum() == pytest.approx(1, abs=1e-6)
    p = distribution(Source())
    assert exact(both, p).cross <= np.mean([exact(q, p).cross for q in logs]) + 1e-9
    assert np.exp(mean_of_logits(models)).sum() > 1.05
    np.testing.assert_allclose(mean_of_logits(models[:1]), logs[0], atol=1e-4)


def events_of(work):
    history: dict[str, tuple[list[int], list[float]]] = {}
    facts, frame, summary = {}, {}, {}
    for event in work.run(CPU):
        match event:
            case Started(_, facts):
                pass
            case Metrics(step, values):
                for name, value in values.items():
                    steps, kept = history.setdefault(name, ([], []))
                    steps.append(step)
                    kept.append(value)
            case Frame(_, frame):
                pass
            case Done(_, summary):
                pass
    return history, facts, frame, summary


def test_the_ladder_has_every_rung_and_the_cheat_breaks_the_seal() -> None:
    work = ExactLadder(steps=120, examples=300, cheat=True, pixel=3, seeds=2)
    assert load(dump(work)) == work
    history, facts, frame, summary = events_of(work)
    found = {row.id: row for row in rows(work, history, facts)}
    assert list(found) == [*RUNGS, CHEAT] and summary["seconds"] > 0
    for id, row in found.items():
        assert len(row.cross) == 2 and row.parameters > 0
        assert (abs(row.off) < 1e-6).all() == (id != CHEAT)
    assert (found[CHEAT].off > 0.2).all()
    assert frame["log_q"].shape == (len(found), len(frame["numbers"]))
    np.testing.assert_allclose(
        np.exp(frame["log_p"]), distribution(Source())[frame["numbers"]], rtol=1e-5
    )


def test_the_lottery_draws_orders_and_averages() -> None:
    work = OrderLottery(rung="fvsbn", steps=20, examples=100)
    history, facts, _, _ = events_of(work)
    assert len(history["cross"][1]) == 21 and len(history["cross_mixture"][1]) == 16
    np.testing.assert_allclose(history["total"][1], 1, atol=1e-6)
    np.testing.assert_allclose(history["total_mixture"][1], 1, atol=1e-6)
    assert facts["entropy"] == pytest.approx(entropy(distribution(Source())))


def test_a_markov_table_of_four_looks_four_back() -> None:
    model = build("markov", RASTER, 0)
    fit(model, pictures()[drawn(Source(), 300, 0, "pictures")], 1, 0.0, 0)
    x = pictures()[:1].repeat(2, 1, 1, 1)
    for moved, at in itertools.product(range(PIXELS), range(PIXELS)):
        x[1] = x[0]
        x[1, 0, moved // 4, moved % 4] = 1
        values = model.logits(x).flatten(3)[:, 0, :, at]
        same = bool(torch.equal(values[0], values[1]))
        assert same or moved < at <= moved + 4
