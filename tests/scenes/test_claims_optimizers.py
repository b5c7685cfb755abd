"""The optimizers page: what its scenes claim, walked again."""

from typing import Any

import numpy as np
import pytest
import torch

from engine.device import generator
from engine.optim import OPTIMIZERS
from engine.statistics import compare
from engine.topics.optimizers.landscape.edge import lanes
from engine.topics.optimizers.races import views
from engine.topics.optimizers.races.cost import cost
from engine.topics.optimizers.races.figures import figures, updates_per_epoch
from engine.topics.optimizers.races.range_test import range_curves, range_test
from engine.topics.optimizers.walks import damping
from engine.topics.optimizers.walks.first_order import look
from engine.topics.optimizers.walks.one_weight import descend
from engine.topics.optimizers.walks.rate_momentum import rate_map
from engine.topics.optimizers.walks.walk import Paths, walk
from tests.scenes.ran import CPU, Ran, run


def within(paths: Paths, distance: float) -> dict[str, float]:
    """The first update after which each is so near to a minimum; infinite where none is."""
    near = paths.distance <= distance
    first = np.where(near.any(1), near.argmax(1), np.inf)
    return dict(zip(paths.optimizers, first.tolist(), strict=True))


def test_one_step_1_becomes_2_6(view):
    found = descend(view.weight)
    assert (view.weight.x, view.weight.y, found.weight[0]) == (2, 6, 1)
    assert (found.loss[0], found.gradient[0], view.weight.learning_rate) == (16, -16, 0.1)
    assert found.weight[1] == pytest.approx(2.6)


def test_learning_rate_too_high_ping_pong(view):
    found = descend(view.weight)
    assert view.weight.learning_rate == found.limit == 0.25 and found.verdict == "ping-pong"
    np.testing.assert_allclose(found.weight[2:], found.weight[:-2])


def test_beyond_the_limit(view):
    found = descend(view.weight)
    away = np.abs(found.weight - found.best)
    assert found.verdict == "diverges" and found.factor < -1 and (np.diff(away) > 0).all()
    assert view.weight.learning_rate == 0.26


def test_two_valleys_one_rate(view):
    found = descend(view.weight)
    slow = descend(view.weight.model_copy(update={"learning_rate": 0.05}))
    assert found.weight[1] < 0 < slow.weight.min(), "over the hill in one step, or never"
    assert found.weight[-1] == pytest.approx(-1.30, abs=0.01)
    assert slow.weight[-1] == pytest.approx(1.13, abs=0.01)
    assert found.loss[-1] < slow.loss[-1] - 1 and view.weight.learning_rate == 0.1


def test_four_valleys_that_somebody_typed(view):
    paths, minima = walk(view.walk()), view.surface.minima
    start, *_ = paths.positions[0]
    ends = {id: paths.positions[i][-1] for i, id in enumerate(paths.optimizers)}
    valley = {id: np.sign(end).tolist() for id, end in ends.items()}
    assert len(minima) == 4
    assert valley["gradient_descent"] == valley["adam"] == np.sign(start).tolist()
    assert valley["momentum"] != valley["adam"]
    for end in ends.values():
        assert min(np.hypot(*(end - np.array(lowest))) for lowest in minima) < 0.01


def crossings(paths: Paths, id: str, surface: Any) -> int:
    """How often a walk changes from one wall of the ravine to the other."""
    x1, x2 = paths.positions[paths.optimizers.index(id)].T
    side = np.sign(x2 - np.sin(x1))
    assert surface.id == "ravine"
    return int((np.diff(side[np.isfinite(side)]) != 0).sum())


def test_the_ravine_who_zig_zags_who(view):
    paths = walk(view.walk())
    steps = within(paths, 0.1)
    plain = steps.pop("gradient_descent")
    assert plain > max(steps.values())
    assert crossings(paths, "momentum", view.surface) > 5
    assert crossings(paths, "gradient_descent", view.surface) <= 1
    limit = 2 / view.surface.curvature
    fast = walk(view.walk().with_("rates.gradient_descent", 1.1 * limit))
    assert crossings(fast, "gradient_descent", view.surface) > 20  # as the lesson says


def test_momentum_on_a_stretched_bowl(view):
    paths = walk(view.walk())
    steps, momentum = within(paths, 0.05), paths.optimizers.index("momentum")
    plain = paths.optimizers.index("gradient_descent")
    overshoots = (np.diff(paths.distance[momentum]) > 0).any()
    assert view.surface.condition == 100 and overshoots
    assert not (np.diff(paths.distance[plain]) > 1e-12).any()
    assert steps["momentum"] < 0.5 * steps["gradient_descent"]


def test_rotate_the_bowl_adaptive_steps_lose(view):
    """Along the axes all of them are faster than gradient descent; at 45 degrees none is."""
    turned, along = (
        within(walk(view.walk().with_("surface.rotation", angle)), 0.3)
        for angle in (view.surface.rotation, 0.0)
    )
    assert view.surface.rotation == 45
    for id in ("adagrad", "rmsprop", "adam"):
        assert along[id] < along["gradient_descent"] and turned[id] > turned["gradient_descent"]


def test_escape_from_a_saddle(view):
    """Who divides by the slope leaves first, and does not arrive first."""
    paths = walk(view.walk())
    left = {
        id: int((np.abs(paths.positions[k, :, 1]) > 0.3).argmax())
        for k, id in enumerate(paths.optimizers)
    }
    plain = left.pop("gradient_descent")
    assert max(left["rmsprop"], left["adam"]) < 0.5 * plain
    for near in (0.1, 0.05, 0.02):
        rests = [np.flatnonzero(away > near).max() for away in paths.distance]  # last time outside
        assert paths.optimizers[int(np.argmin(rests))] == "gradient_descent"


def test_a_rate_that_is_too_large(view):
    paths = walk(view.walk())
    gone = dict(zip(paths.optimizers, paths.diverged.tolist(), strict=True))
    assert gone["gradient_descent"] > 0 and view.tune == "gradient_descent"
    calm = walk(view.walk().with_("rates.gradient_descent", 0.0))
    assert calm.diverged[calm.optimizers.index("gradient_descent")] == -1


def test_one_optimizer_five_rates(view):
    """Two creep, one is right, one zig-zags, one leaves: each in its order."""
    paths = walk(view.walk())
    assert len(paths.walkers) == 5 and {one.optimizer for one in paths.walkers} == {
        "gradient_descent"
    }
    (slow, slower, right, zig_zag, gone), limit = paths.distance, 2 / view.surface.curvature
    assert slow[-1] > slower[-1] > 5 * right[-1]
    assert paths.rates[3] < limit < paths.rates[4] and gone[-1] > gone[0]
    across = [np.diff(np.sign(path[:, 1])) for path in paths.positions]  # over the steep floor
    assert (across[3] != 0).sum() > 50 > (across[2] != 0).sum() + 45 and zig_zag[-1] < zig_zag[0]


def test_noise_a_constant_rate_never_comes(view):
    """Over seeds: the height at which the distance stops falling grows with the rate."""
    for seed in range(3):
        paths = walk(view.walk().with_("seed", seed))
        low, middle, high = paths.distance[:, -400:].mean(1)
        assert list(paths.rates) == sorted(paths.rates)
        assert 0.003 < low < middle < high


def test_common_mistake_no_bias_correction_one(view):
    assert view.twin
    pairs = {id: walk(config) for id, config in view.twins().items()}
    for id, paths in pairs.items():
        assert paths.optimizers == (id, id)
    right, wrong = pairs["adam"].rest()
    assert right < 0.1 and wrong > 20  # on the plateau
    assert np.linalg.norm(pairs["adam"].gradients[1, -1]) < 1e-6
    right, wrong = pairs["lion"].rest()
    assert 1.5 < wrong / right < 2
    rule = view.walk().rule("adam")
    first = np.linalg.norm(pairs["adam"].positions[:, 1] - pairs["adam"].positions[:, 0], axis=1)
    leap = (1 - rule.beta1) / (1 - rule.beta2) ** 0.5  # as the lesson says
    assert first[1] / first[0] == pytest.approx(leap, rel=1e-3)


def test_four_minima_four_maps(view):
    found = run(view.basins().with_("side", 60))
    maps = {id: found.frames[n]["minimum/" + id] for n, id in enumerate(view.optimizers, 1)}
    for id, map in maps.items():
        assert len(np.unique(map[map >= 0])) == 4, id
    plain = maps["gradient_descent"]
    assert (maps["momentum"] != plain).mean() > 0.1
    # walks end elsewhere than in the basin that water would find: they crossed its border
    assert all((maps[id] != plain).mean() > 0.01 for id in maps if id != "gradient_descent")


def test_rate_against_momentum_polyaks_tongue(view):
    config = view.rate_momentum()
    found, κ, top = rate_map(config), config.surface.condition, config.surface.curvature
    arrived = found.minimum >= 0
    steps = np.where(arrived, found.steps, np.iinfo(np.int32).max)
    row, column = np.unravel_index(steps.argmin(), steps.shape)
    best, rate = ((κ**0.5 - 1) / (κ**0.5 + 1)) ** 2, (2 / (top**0.5 + (top / κ) ** 0.5)) ** 2
    assert abs(found.momenta[row] - best) < 0.1
    assert 0.7 < found.rates[column] / rate < 1.4
    beyond = found.rates > 2 * (1 + found.momenta[:, None]) / top
    assert beyond.sum() > 1000 and not (arrived & beyond).any()


def test_momentum_creeps_or_swings(view):
    rate, momentum = view.pair
    flat, steep = (damping.regime(rate, momentum, one) for one in (1.0, view.land.condition))
    assert (flat, steep) == ("over-damped", "under-damped")
    slow, fast = (float(damping.radius(rate, momentum, one)) for one in (1.0, 100.0))
    assert fast == pytest.approx(momentum**0.5) and slow > 0.98
    paths = walk(view.paired(rate, momentum))
    left = np.abs(paths.positions[0, 100] / paths.positions[0, 0])
    assert left[0] > 0.3 and left[1] < 1e-10, "the flat direction decides"
    right = 2 * rate
    assert float(damping.radius(right, momentum, 1.0)) < slow
    assert float(damping.radius(right, momentum, 100.0)) == pytest.approx(fast)


def test_what_adamw_remembers_for_a_billion(view):
    each = cost(OPTIMIZERS["adamw"](), repeats=0).rule_bytes
    assert each == 8 and each * view.parameters == 8e9


def classic(view: Any) -> Any:
    """The one of the three pictures that the scene opens, and how it ended."""
    (found,) = [figure for figure in figures(view.base) if figure.id == view.figure]
    return found, run(found.work)


def final(found: Ran, start: int, seeds: int = 4) -> Any:
    return np.array([found.summary[f"validation_loss:{start + i}"] for i in range(seeds)])


def test_a_fair_race_each_at_its(view):
    race = view.race()
    started = next(iter(race.run(CPU)))
    networks = len(race.optimizers) * len(race.rates) * race.seeds
    assert view.fair == "best" and started.facts["shared"] == 1
    assert started.facts["runs"] == networks > 100
    for name in ("weights_hash", "order_hash"):  # of each seed its own
        assert len({started.facts[f"{name}/{seed}"] for seed in range(view.seeds)}) == view.seeds


@pytest.mark.long
def test_the_u_curve_of_the_learning(view):
    race = view.race()
    found = run(race)
    curves = {id: views.u_curve(race, found.series, id) for id in race.optimizers}
    least, most = curves["gradient_descent"], curves["rmsprop"]
    assert least.middle[0] > 0.9 * found.series["validation_loss:0"][1][0]  # nothing learned yet
    assert most.middle[-1] > 20 * most.middle.min() and not most.at_edge
    good = {id: (u.middle < 3 * u.middle.min()).sum() for id, u in curves.items()}
    assert good["adam"] > good["gradient_descent"]  # and the ranges differ in width


@pytest.mark.long
def test_the_range_test_beside_the_u_curve(view):
    race = view.race()
    work = range_test(race.base, race.optimizers, race.seeds)
    found = run(work)
    many, few = run(race), range_curves(work, found.series, int(found.facts["per_epoch"]))
    assert view.range_test and len(work.variants()) * 25 < 0.1 * race.networks * race.base.epochs
    for curve in few:
        best = views.u_curve(race, many.series, curve.optimizer).best
        assert 0.1 < curve.suggested / best < 10


def test_adam_gradient_descent_rmsprop_loss_by(view):
    figure, found = classic(view)
    assert dict(figure.colours) == {"adam": "black", "gradient_descent": "blue", "rmsprop": "green"}
    assert found.facts["shared"] == 1
    adam, plain, rmsprop = (final(found, at) for at in (0, 4, 8))
    assert adam.max() < plain.min() and rmsprop.max() < plain.min()


def test_high_medium_low_loss_by_learning(view):
    figure, found = classic(view)
    assert [colour for _, colour in figure.colours] == ["black", "blue", "green"]
    rates = [float(rate) for rate, _ in figure.colours]
    assert rates == sorted(rates, reverse=True)
    jumps = [
        np.mean([np.diff(found.series[f"validation_loss:{at + i}"][1]).std() for i in range(4)])
        for at in (0, 4, 8)
    ]
    assert jumps[0] > 2 * jumps[1] > 4 * jumps[2]  # noisy, balanced, smooth
    assert final(found, 8).min() > 10 * final(found, 4).max()  # and slow


def test_small_medium_large_loss_by_batch(view):
    """Counted, and measured: how much the gradient of one batch differs from that of another."""
    (figure,) = [one for one in figures(view.base) if one.id == view.figure]
    sizes = [int(size) for size, _ in figure.colours]
    base = figure.work.variants()[0]
    rows = base.prepared().train
    updates = [updates_per_epoch(len(rows.x), size) for size in sizes]
    net = base.model.build(rows.x.shape[1:], 3, base.layers, 0)
    outputs = net(rows.x)
    losses = torch.nn.functional.cross_entropy(outputs, rows.y, reduction="none").detach()
    draw, noise = generator(0, "batches"), []
    for size in sizes:
        some = torch.randint(len(losses), (200, min(size, len(losses))), generator=draw)
        noise.append(float(losses[some].mean(1).std()))
    assert updates == sorted(updates, reverse=True) and updates[0] > 5 * updates[1]
    assert noise[0] > 2 * noise[1] and noise == sorted(noise, reverse=True)


def test_schedules_on_one_axis(view):
    sweep = view.by_schedule()
    found = run(sweep)
    assert sweep.values == ("constant", "cosine", "one_cycle", "warmup") and sweep.seeds == 4
    for name in ("weights_hash", "order_hash"):
        for seed in range(4):
            assert len({found.facts[f"{name}:{seed + 4 * k}"] for k in range(4)}) == 1
    means = [final(found, 4 * k).mean() for k in range(4)]
    spread = np.mean([final(found, 4 * k).std() for k in range(4)])
    assert max(means) < 0.01 and max(means) - min(means) < 5 * spread  # hardly more than the seed


def test_warm_up_of_5_or_of_20_percent(view):
    sweep = view.by_schedule()
    shares = [config.schedule.get("share") for config in sweep.variants()[4 :: sweep.seeds]]
    assert sweep.values[0] == "constant" and shares == [0.05, 0.2]
    found = run(sweep)
    ends = [final(found, 4 * k) for k in range(3)]
    assert all(verdict.p > 0.05 for *_, verdict in compare(ends, ratio=True).against_best())


def test_around_a_trained_network(view):
    found = run(view.landscape)
    losses, arrays = found.frame["path_losses"], found.frame
    assert losses[-1] < 0.2 * losses[0] and found.summary["share"] > 0.9
    assert found.summary["found"] == 1 and found.summary["top_eigenvalue"] > 0
    middle = len(arrays["line_t"]) // 2

    def bend(line: Any) -> float:
        return float(line[middle - 2] - 2 * line[middle] + line[middle + 2])

    assert bend(arrays["line_sharpest"]) > max(bend(line) for line in arrays["line_train"]) > 0


def test_up_to_two_over_the_rate(view):
    """In its middle the sharpness lies at its own limit, from other starts too."""
    for seed in range(2):
        work = view.edge.with_("base.seed", seed)
        found = run(work)
        every = lanes(work, found.series, found.facts["updates"])
        assert [lane.rate for lane in every] == [0.05, 0.07, 0.1]
        for lane in every:
            assert lane.ended and lane.sharpness[0] < 0.4 * lane.limit
            assert lane.reached is not None and lane.reached < len(lane.steps) / 3
            assert lane.held is not None and lane.held[1] == pytest.approx(1, abs=0.01)
            assert lane.loss[-1] < lane.loss[lane.reached], "the loss goes on falling"


def test_small_batches_stay_below(view):
    for seed in range(2):
        work = view.edge.with_("base.seed", seed)
        found = run(work)
        assert work.base.batch_size == 8
        for lane in lanes(work, found.series, found.facts["updates"]):
            assert lane.ended and lane.reached is None and lane.sharpness[-1] > lane.sharpness[0]


def test_the_gradient_belongs_to_a_norm(view):
    found = look(view.why)
    assert view.why.norm == "l1"
    assert (found.best["l1"].step == 0).sum() == 1
    np.testing.assert_allclose(np.abs(found.best["linf"].step), view.why.length)
    l2 = found.best["l2"].step
    assert abs(l2 @ found.gradient) == pytest.approx(
        np.linalg.norm(l2) * np.linalg.norm(found.gradient)
    )
    assert max(abs(best.brute) for best in found.best.values()) < 1e-8


def test_promised_a_fall_and_it_rises(view):
    found = look(view.why)
    best = found.best["linf"]
    assert view.why.norm == "linf" and best.model < 0 < best.real
    assert best.model == min(one.model for one in found.best.values())
    assert look(view.why.with_("length", 0.1)).best["linf"].real < 0


def test_ten_times_shorter_a_hundred_times_better(view):
    """At other points, too, as long as the surface bends there."""
    draw = np.random.default_rng(0)
    for point in [(), *draw.uniform(-4, 4, (20, 2)).tolist()]:
        found = look(view.why.with_("point", tuple(point)))
        orders = [one.order for one in found.best.values() if abs(one.curvature) > 5]
        assert all(order == pytest.approx(2, abs=0.05) for order in orders)
        assert point or len(orders) == 3
