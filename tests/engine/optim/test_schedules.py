"""Is every schedule torch's, a pure function, and sane at the edges of a run?"""

import math
import timeit
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as reference

from engine.config import bounds, shown
from engine.optim.schedules import SCHEDULES, Schedule

STEPS, PER_EPOCH = 600, 20
BASE = 0.4
DEPRECATED = ".*epoch parameter in `scheduler.step"  # SequentialLR does it to its own parts


def torchs(build, updates: int = STEPS, every: int = 1) -> list[float]:
    """Learning rate over base at each update, of a torch scheduler advanced every few updates."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)
    scheduler = build(optimizer)
    found = []
    for update in range(updates):
        found.append(optimizer.param_groups[0]["lr"] / BASE)
        optimizer.step()
        if (update + 1) % every == 0:
            with warnings.catch_warnings():
                # SequentialLR calls a deprecated form of its own parts.
                warnings.filterwarnings(
                    "ignore", ".*epoch parameter in `scheduler.step", UserWarning
                )
                scheduler.step()
    return found


def ours(schedule: Schedule, steps: int = STEPS) -> list[float]:
    return [schedule.factor(step, steps, PER_EPOCH) for step in range(steps)]


@pytest.mark.parametrize(("rate", "every"), [(0.5, 5), (0.1, 7), (1.0, 1)])
def test_step_decay_is_steplr(rate, every):
    schedule = SCHEDULES["step_decay"](rate=rate, every=every)
    expected = torchs(lambda o: reference.StepLR(o, every, rate), every=PER_EPOCH)
    assert ours(schedule) == pytest.approx(expected)


@pytest.mark.parametrize("rate", [0.95, 0.5, 1.0])
def test_exponential_is_exponentiallr_at_every_epoch_and_smooth_between(rate):
    found = ours(SCHEDULES["exponential"](rate=rate))
    by_epoch = torchs(lambda o: reference.ExponentialLR(o, rate), every=PER_EPOCH)
    assert found[::PER_EPOCH] == pytest.approx(by_epoch[::PER_EPOCH])
    by_step = torchs(lambda o: reference.ExponentialLR(o, rate ** (1 / PER_EPOCH)))
    assert found == pytest.approx(by_step)


def test_inverse_time_halves_after_one_over_k_epochs():
    schedule = SCHEDULES["inverse_time"](rate=0.25)
    assert [schedule.factor(n * PER_EPOCH, STEPS, PER_EPOCH) for n in (0, 4, 12)] == [
        1,
        1 / 2,
        1 / 4,
    ]
    expected = torchs(lambda o: reference.LambdaLR(o, lambda t: 1 / (1 + 0.25 * t / PER_EPOCH)))
    assert ours(schedule) == pytest.approx(expected)


@pytest.mark.parametrize("floor", [0.0, 0.1, 1.0])
def test_cosine_is_cosineannealinglr(floor):
    expected = torchs(lambda o: reference.CosineAnnealingLR(o, STEPS, floor * BASE))
    assert ours(SCHEDULES["cosine"](floor=floor)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("first", "multiplier", "floor"), [(5, 2, 0.0), (3, 1, 0.1), (1, 3, 0.02)])
def test_warm_restarts_is_torchs(first, multiplier, floor):
    schedule = SCHEDULES["warm_restarts"](first=first, multiplier=multiplier, floor=floor)
    expected = torchs(
        lambda o: reference.CosineAnnealingWarmRestarts(
            o, first * PER_EPOCH, multiplier, floor * BASE
        )
    )
    assert ours(schedule) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("peak", "start", "end"), [(0.3, 25, 1e4), (0.5, 10, 100), (0.01, 1, 1)])
@pytest.mark.parametrize("steps", [STEPS, 7, 3])
def test_one_cycle_is_torchs(peak, start, end, steps):
    schedule = SCHEDULES["one_cycle"](peak=peak, start=start, end=end)
    expected = torchs(
        lambda o: reference.OneCycleLR(
            o, BASE, steps, pct_start=peak, div_factor=start, final_div_factor=end,
            cycle_momentum=False,
        ),
        updates=steps - 1,
    )  # fmt: skip
    assert ours(schedule, steps)[:-1] == pytest.approx(expected, abs=1e-12)


def test_one_cycle_ends_where_its_divisors_say():
    schedule = SCHEDULES["one_cycle"](peak=0.25, start=20, end=50)
    assert schedule.factor(0, 400, 1) == pytest.approx(1 / 20)
    assert schedule.factor(99, 400, 1) == pytest.approx(1)
    assert schedule.factor(399, 400, 1) == pytest.approx(1 / 1000)


def test_one_cycle_whose_rise_has_no_length_starts_at_the_top():
    """torch divides by zero there."""
    assert SCHEDULES["one_cycle"](peak=0.5).factor(0, 2, 1) == 1


@pytest.mark.parametrize("then", ["constant", "cosine", "linear"])
@pytest.mark.parametrize("share", [0.1, 0.35])
def test_warmup_is_linearlr_and_then_torchs_schedule(then, share):
    up = round(share * STEPS)

    def build(optimizer):
        after = {
            "constant": lambda: reference.ConstantLR(optimizer, 1.0),
            "cosine": lambda: reference.CosineAnnealingLR(optimizer, STEPS - up),
            "linear": lambda: reference.LinearLR(optimizer, 1.0, 0.0, STEPS - up),
        }[then]()
        rise = reference.LinearLR(optimizer, 1 / up, 1.0, up - 1)
        return reference.SequentialLR(optimizer, [rise, after], [up])

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", DEPRECATED, UserWarning)
        expected = torchs(build)
    assert ours(SCHEDULES["warmup"](share=share, then=then)) == pytest.approx(expected, abs=1e-9)


def test_no_warmup_is_the_schedule_after_it():
    plain = SCHEDULES["warmup"](share=0)
    assert ours(plain) == pytest.approx(ours(SCHEDULES["cosine"]()))


def test_constant_is_one():
    assert set(ours(SCHEDULES["constant"]())) == {1.0}


@pytest.fixture(params=list(SCHEDULES))
def schedule(request) -> Schedule:
    return SCHEDULES[request.param]()


def test_the_defaults_start_no_higher_than_the_base_rate_and_reach_it(schedule):
    found = ours(schedule)
    assert max(found) == pytest.approx(1)
    assert min(found) >= 0


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_every_knob_and_any_run_gives_a_finite_multiplier(data):
    member = SCHEDULES[data.draw(st.sampled_from(list(SCHEDULES)))]
    knobs = {}
    for name, field in member.model_fields.items():
        if look := shown(field).options:
            knobs[name] = data.draw(st.sampled_from([value for value, _ in look]))
        else:
            number = st.integers if field.annotation is int else st.floats
            knobs[name] = data.draw(number(*bounds(field)))
    schedule = member(**knobs)
    steps = data.draw(st.integers(1, 10_000))
    step = data.draw(st.integers(0, 2 * steps))
    per_epoch = data.draw(st.integers(1, 1000))
    factor = schedule.factor(step, steps, per_epoch)
    assert isinstance(factor, float) and math.isfinite(factor)
    assert -1e-12 <= factor <= 1 + 1e-9
    assert factor >= 0
    assert factor == schedule.factor(step, steps, per_epoch), "not a pure function"


def test_a_step_beyond_the_run_keeps_the_last_value():
    for name in ("cosine", "one_cycle", "warmup"):
        schedule = SCHEDULES[name]()
        assert schedule.factor(100, 100, 10) == pytest.approx(schedule.factor(250, 100, 10))


def test_it_is_cheap_enough_for_every_update(schedule):
    """Under 20 microseconds, which is a thousandth of a small training step; slack for CI."""
    seconds = min(timeit.repeat(lambda: schedule.factor(700, 1000, 10), number=100, repeat=5)) / 100
    assert seconds < 20e-6


def test_docs_are_complete(schedule):
    about = schedule.about
    assert about.id == type(schedule).__module__.rsplit(".", 1)[-1]
    assert about.formula and about.summary.endswith(".")
    assert bool(about.source) == about.url.startswith("https://")
    assert bool(about.source) or schedule.id == "constant"
