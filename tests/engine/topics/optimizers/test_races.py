"""Is a race of many optimizers fair, and does it end where separate runs do?"""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.config import sentences
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.runs.events import Checkpoint, Done, Paused, Started
from engine.runs.work import dump, load
from engine.topics.optimizers.races import views
from engine.topics.optimizers.races.cost import WORDS, cost
from engine.topics.optimizers.races.figures import figures, updates_per_epoch
from engine.topics.optimizers.races.race import Race
from engine.topics.optimizers.races.range_test import range_curves, range_test
from engine.topics.optimizers.races.schedule_curves import all_factors
from engine.training.config import TrainConfig
from engine.training.sweep import race
from engine.training.train import train
from tests.events import told

CPU = torch.device("cpu")
BASE, _ = TrainConfig.read(
    {"data": "moons", "data.examples": "120", "epochs": "4", "batch_size": "20"}
)


def test_all_rules_in_one_program_end_where_separate_runs_do():
    config = Race(base=BASE, optimizers=tuple(OPTIMIZERS), rates=(0.003, 0.02), seeds=2)
    events = list(config.run(CPU))
    assert isinstance(events[0], Started) and events[0].facts["programs"] == 1
    done = events[-1]
    assert isinstance(done, Done)
    together = [done.summary[f"validation_loss:{i}"] for i in range(48)]
    alone = [list(train(c, CPU))[-1].summary["validation_loss"] for c in config.variants()]
    np.testing.assert_allclose(together, alone, rtol=3e-4)
    assert all(done.summary[f"seconds_per_update/{id}"] > 0 for id in OPTIMIZERS)


def test_rules_that_take_turns_keep_their_own_state_and_resume():
    """Neighbours of another rule, the same rule again, another switch of it, another knob."""
    ids = ["adam", "muon", "adam", "adam", "lion", "adafactor", "adam"]
    configs = [BASE.with_("optimizer", id).with_("learning_rate", 0.01) for id in ids]
    configs[3] = configs[3].with_("optimizer.bias_correction", False)
    configs[6] = configs[6].with_("optimizer.beta1", 0.5)
    *_, whole = race(configs, CPU)
    found = [whole.summary[f"validation_loss:{i}"] for i in range(len(ids))]
    alone = [list(train(c, CPU))[-1].summary["validation_loss"] for c in configs]
    np.testing.assert_allclose(found, alone, rtol=3e-4)
    for event in race(configs, CPU, until=7):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert event == Paused(7)
    *_, resumed = race(configs, CPU, state)
    assert [resumed.summary[f"validation_loss:{i}"] for i in range(len(ids))] == found


def test_whoever_shares_a_seed_shares_weights_and_order():
    config = Race(base=BASE, optimizers=("adam", "lion"), rates=(0.01,), seeds=3)
    facts = next(config.run(CPU)).facts
    assert facts["shared"] == 1
    for name in ("weights_hash", "order_hash"):
        assert len({facts[f"{name}/{seed}"] for seed in range(3)}) == 3


def test_a_race_is_a_link_and_a_file():
    config = Race(optimizers=("adam", "lion"), rates=(0.01, 0.1)).with_("rules.adam.beta1", 0.5)
    assert Race.read(config.flat()) == (config, [])
    assert load(dump(config)) == config
    assert config.variants()[0].optimizer.beta1 == 0.5


def test_too_many_networks_are_refused_with_a_sentence():
    with pytest.raises(ValidationError) as refused:
        Race(optimizers=tuple(OPTIMIZERS), seeds=16)
    assert "12 optimizers x 6 learning rates x 16 seeds are 1152" in sentences(refused.value)[0]


# ---- views ----

FAKE = Race(optimizers=("adam", "lion"), rates=(0.1, 0.001, 0.01), seeds=3)
LEVELS = {("adam", 0.1): 3.0, ("adam", 0.001): 2.0, ("adam", 0.01): 1.0}
LEVELS |= {("lion", 0.1): np.nan, ("lion", 0.001): 0.5, ("lion", 0.01): 0.8}


def history():
    found = {}
    for (id, rate), level in LEVELS.items():
        for seed, run in enumerate(FAKE.members(id, rate)):
            curve = level + np.array([2.0, 1.0, 0.01 * seed])
            found[f"validation_loss:{run}"] = (np.array([0, 10, 20]), curve)
            if np.isnan(level):
                found[f"died:{run}"] = (np.array([10]), np.array([10.0]))
    return found


def test_members_are_numbered_as_the_variants_are():
    variants = FAKE.variants()
    for id, rate in LEVELS:
        for seed, run in enumerate(FAKE.members(id, rate)):
            one = variants[run]
            assert (one.optimizer.id, one.learning_rate, one.seed) == (id, rate, seed)


def test_the_u_curve_has_its_rates_in_order_and_says_when_the_best_lies_at_the_edge():
    adam, lion = (views.u_curve(FAKE, history(), id) for id in ("adam", "lion"))
    assert adam.rates.tolist() == [0.001, 0.01, 0.1]
    np.testing.assert_allclose(adam.middle, [2.01, 1.01, 3.01], rtol=1e-3)
    assert (adam.best, adam.at_edge) == (0.01, False)
    assert (lion.best, lion.at_edge, lion.lowest) == (0.001, True, True)
    assert np.isinf(lion.runs[2]).all()


def test_three_views_of_one_result():
    equal = views.at_equal_rate(FAKE, history(), 0.1)
    assert [one.band.died for one in equal] == [0, 3]
    assert np.isnan(equal[1].band.middle).all() and not equal[1].band.alive
    best = views.at_own_best(FAKE, history())
    assert [(one.optimizer, one.rate) for one in best] == [("adam", 0.01), ("lion", 0.001)]
    np.testing.assert_allclose(best[0].band.middle, [3, 2, (1 * 1.01 * 1.02) ** (1 / 3)])
    assert (best[0].band.low[-1], best[0].band.high[-1]) == (1, 1.02)


def test_by_the_clock_losses_are_read_when_the_fastest_ends():
    """Lion ends after 2 seconds, where adam has done half its updates."""
    times = {"seconds_per_update/adam": 0.2, "seconds_per_update/lion": 0.1}
    clock = views.by_clock(FAKE, history(), times)
    assert clock.at == 2
    assert [one.band.x[-1] for one in clock.entrants] == [4, 2]
    adam, lion = clock.compared
    assert adam.band.x.tolist() == [0, 2] and lion.band.x.tolist() == [0, 1, 2]
    np.testing.assert_allclose(adam.band.finals, 2)  # at 0.01: 3, 2, 1
    comparison = views.compared(FAKE, history(), clock.compared, tried=3)
    np.testing.assert_allclose(np.exp(comparison.values[0]), 2)
    with pytest.raises(ValueError, match="when the race is done"):
        views.by_clock(FAKE, history(), {})


def test_one_dead_seed_counts_as_the_worst_in_chart_table_and_verdict():
    past = history()
    run = FAKE.members("adam", 0.01)[0]
    past[f"died:{run}"] = (np.array([15]), np.array([15.0]))
    worst = 5.0  # of all runs at their start or end: adam at 0.1 began there
    one = views.entrant(FAKE, past, "adam", 0.01)
    assert one.band.died == 1 and np.isnan(one.band.runs[0, -1])
    right = (worst * 1.01 * 1.02) ** (1 / 3)
    assert one.band.middle[-1] == pytest.approx(right)
    assert one.band.high[-1] == worst
    assert views.u_curve(FAKE, past, "adam").middle[1] == pytest.approx(right)
    other = views.entrant(FAKE, past, "lion", 0.001)
    values = views.compared(FAKE, past, [one, other], tried=1).values
    np.testing.assert_allclose(np.exp(values[0]), [worst, 1.01, 1.02])


def test_dying_improves_nothing():
    past = history()
    before = views.u_curve(FAKE, past, "adam").middle[1]
    past[f"died:{FAKE.members('adam', 0.01)[2]}"] = (np.array([15]), np.array([15.0]))
    assert views.u_curve(FAKE, past, "adam").middle[1] > before


def test_a_verdict_compares_seed_by_seed_and_pays_for_the_rates_that_were_tried():
    places = (("adam", 0.01), ("adam", 0.001), ("lion", 0.001), ("lion", 0.01))
    entrants = [views.entrant(FAKE, history(), *place) for place in places]
    one, three = (views.compared(FAKE, history(), entrants, tried) for tried in (1, 3))
    verdict = one.verdict(0, 2)
    assert verdict.real and verdict.seeds == 3
    assert verdict.times[0] == pytest.approx(1.98, abs=0.01)
    wider = three.verdict(0, 2)
    assert wider.difference == verdict.difference and wider.low < verdict.low


def test_views_of_a_race_that_has_hardly_begun_are_empty():
    assert views.at_own_best(FAKE, {}) == []
    assert len(views.at_equal_rate(FAKE, {}, 0.1)[0].band.x) == 0
    assert views.u_curve(FAKE, {}, "adam").best is None


def test_views_read_what_a_race_tells():
    config = Race(base=BASE, optimizers=("adam", "momentum"), rates=(0.003, 0.03), seeds=2)
    events = list(config.run(CPU))
    summary = events[-1].summary
    for one in views.at_own_best(config, told(events)):
        assert one.band.runs.shape == (2, len(one.band.x)) and np.isfinite(one.band.middle).all()
        final = [summary[f"validation_loss:{i}"] for i in config.members(one.optimizer, one.rate)]
        np.testing.assert_allclose(one.band.finals, final, rtol=1e-6)
        tests = [summary[f"test_loss:{i}"] for i in config.members(one.optimizer, one.rate)]
        found = views.loss_on_test(config, summary, one)
        assert found == pytest.approx(np.prod(tests) ** 0.5)


@pytest.mark.parametrize(
    ("rates", "below", "above", "right"),
    [
        ((0.1, 0.3), False, True, (0.1, 0.3, 1, 3)),
        ((0.03, 0.1), True, False, (0.003, 0.01, 0.03, 0.1)),
        ((0.1, 10.0), False, True, (0.1, 10)),
        ((0.01,), False, False, (0.01,)),
    ],
)
def test_rates_widen_where_the_best_lies_at_their_edge(rates, below, above, right):
    assert views.widened(rates, below, above) == right


# ---- figures, cost, schedules ----


def test_the_three_figures_can_be_trained():
    found = {figure.id: figure for figure in figures(BASE)}
    assert set(found) == {"by_optimizer", "by_learning_rate", "by_batch_size"}
    for figure in found.values():
        assert figure.work.variants() and len(figure.colours) == 3
        assert load(dump(figure.work)) == figure.work
    assert updates_per_epoch(10_000, 32) == 313


@pytest.mark.parametrize(
    ("id", "bytes_"),
    [("gradient_descent", 0), ("momentum", 4), ("lion", 4), ("adam", 8), ("adamw", 8)],
)
def test_state_is_counted_in_bytes_a_parameter(id, bytes_):
    found = cost(OPTIMIZERS[id](), repeats=0)
    assert found.rule_bytes == bytes_
    assert found.torch_bytes == pytest.approx(bytes_, abs=0.001)  # and a step count


def test_measured_memory_orders_as_the_table_in_words():
    rank = {"very low": 0, "low": 1, "medium": 2}
    held = {id: cost(OPTIMIZERS[id](), repeats=0).torch_bytes for id in WORDS}
    assert held["adafactor"] < 0.05 < held["lion"] < held["adamw"]
    assert all(rank[WORDS[a]] <= rank[WORDS[b]] for a, b in [("lion", "adamw")])


@pytest.mark.parametrize("id", list(OPTIMIZERS))
def test_every_optimizer_has_a_cost(id):
    found = cost(OPTIMIZERS[id](), shapes=((8, 4), (8,)), repeats=3)
    assert found.seconds > 0 and found.parameters == 40


def test_every_schedule_has_a_curve():
    found = all_factors(100, 10)
    assert list(found) == list(SCHEDULES)
    for id, curve in found.items():
        assert curve.shape == (100,)
        assert curve[37] == SCHEDULES[id]().factor(37, 100, 10)


def test_a_seed_that_died_hides_no_other():
    """What is no number is not stored, so its history ends, or is not there at all."""
    one = Race.read({"optimizers": "adam", "rates": "0.1", "seeds": "3"})[0]
    steps, values = np.arange(5) * 10, np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    history = {
        f"{views.LOSS}:1": (steps[:2], np.array([5.0, 9.0])),
        f"{views.LOSS}:2": (steps, values),
        "died:0": (np.array([0]), np.array([1.0])),
        "died:1": (np.array([20]), np.array([20.0])),
    }
    found = views.entrant(one, history, "adam", 0.1).band
    assert found.x.tolist() == steps.tolist() and found.died == 2
    np.testing.assert_array_equal(found.runs[2], values)
    assert np.isnan(found.runs[0]).all() and np.isnan(found.runs[1, 2:]).all()
    assert np.isinf(views.u_curve(one, history, "adam").runs[0]).tolist() == [True, True, False]


@pytest.mark.long
def test_no_best_rate_of_the_scenes_race_lies_at_an_edge():
    """Else the race would compare how far the list of rates went."""
    config = Race(rates=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0))
    past = told(config.run(CPU))
    curves = [views.u_curve(config, past, id) for id in config.optimizers]
    assert [(curve.optimizer, curve.best) for curve in curves if curve.at_edge] == []


def test_a_range_test_raises_the_rate_at_every_epoch_and_suggests_a_tenth_of_the_lowest():
    base = BASE.with_("schedule", "cosine")
    work = range_test(base, ("adam", "momentum"), 2)
    rates = [work.base.learning_rate, *(rate for _, rate in work.base.changes)]
    assert rates[0] == 1e-5 and rates[-1] == 10 and len(rates) == work.base.epochs == 25
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(1e6) / 24, rtol=1e-3)
    assert work.base.schedule.id == "constant", "two reasons for a rate to change would be one many"
    steps = np.arange(1, 51)  # two updates an epoch
    losses = np.where(steps <= 30, 1.0 / steps, 5.0)
    history = {f"batch_loss:{run}": (steps, losses * (1 + run)) for run in range(3)}
    history["batch_loss:3"] = (steps[:40], losses[:40])
    history["died:3"] = (np.array([41]), np.array([41.0]))
    adam, momentum = range_curves(work, history, 2)
    assert adam.lowest == rates[14] and adam.suggested == pytest.approx(rates[14] / 10)
    pair = (1 / 29 + 1 / 30) / 2
    assert adam.losses[14] == pytest.approx(pair * 2**0.5)  # geometric mean of two seeds
    assert np.isfinite(momentum.losses[:20]).all() and np.isnan(momentum.losses[20:]).all()
    flat = {name: (steps, np.ones(50)) for name in ("batch_loss:0", "batch_loss:1")}
    assert range_curves(work, flat, 2)[0].suggested is None
