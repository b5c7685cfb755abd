"""Does it matter in which unit a column or a target is given, and from where it is counted? To no
model, and to no estimator."""

import numpy as np
import pytest
import torch

from engine.data import Data
from engine.metrics import regression
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.estimators.partition import apart
from engine.topics.explain_tables.models import Fitted, TableModel, fitted
from engine.topics.explain_tables.predictors import PREDICTORS
from engine.topics.explain_tables.shapley.explained import explained
from engine.topics.explain_tables.shapley.halves import DOUBLE
from engine.topics.explain_tables.shapley.value import gaussian
from engine.topics.explain_tables.tables import uploaded_tables
from engine.topics.explain_tables.tables.data import Encoding, spread, table_from
from engine.topics.explain_tables.tables.sheet import read_sheet
from engine.topics.explain_tables.tables.upload import data_of

ROWS = 200
DRAW = np.random.default_rng(0)
A, B = DRAW.permutation(ROWS) / ROWS, DRAW.normal(size=ROWS).round(3)
UNITS = {  # unit and zero of a column or a target
    "plain": (1.0, 0.0),
    "a million, and a little": (1.0, 1e6),
    "seconds since 1970": (200.0, 1.7e9),
    "nanoseconds since 1970": (1e12, 1.7e18),
    "numbers of customers": (200.0, 9e15),
    "tiny": (1e-13, 0.0),
    "an electron's charge": (1e-19, 0.0),
    "tinier": (1e-60, 0.0),
    "huge": (1e60, 0.0),
    "tiny, far from zero": (1e-13, 1e-4),
}
LEARNS = {
    "linear": {"id": "linear", "penalty": 0.01},
    "mlp": {"id": "mlp", "epochs": 40},
    "trees": {"id": "trees"},
}
ANOTHER = ("gradient", "integrated_gradients", "deep")  # not quite Shapley's question
units = pytest.mark.parametrize("unit", UNITS)
kinds = pytest.mark.parametrize("kind", LEARNS)


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model of a file with columns a and b, and a target y = 3 a + b, in some units."""
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    uploaded_tables.sheet_of.cache_clear()

    def made(kind: str, x: str = "plain", y: str = "plain") -> Fitted:
        (step, zero), (size, start) = UNITS[x], UNITS[y]
        rows = zip(zero + step * A, B, start + size * (3 * A + B), strict=True)
        text = "a,b,y\n" + "\n".join(",".join(f"{v:.17g}" for v in row) for row in rows)
        config = TableModel(csv=uploaded_tables.keep(text.encode()), predictor=LEARNS[kind])
        return fitted(config)

    return made


def standard(found: Fitted, y: str) -> np.ndarray:
    """Answers to the held-out rows, as if the unit had been a plain one."""
    size, start = UNITS[y]
    return (found.predict(found.table.x[found.table.held_out]) - start) / size


@kinds
@units
def test_a_unit_of_a_column_changes_no_answer(model, kind: str, unit: str):
    plain, found = model(kind), model(kind, x=unit)
    assert len(np.unique(found.table.x[:, 0])) >= ROWS / 10, "digits were lost"
    assert regression(found.table.y, found.predict(found.table.x))["r2"] > 0.9
    near = 0.3 if kind == "trees" else 0.1 if unit.startswith(("numb", "tiny, far")) else 1e-3
    assert np.abs(standard(found, "plain") - standard(plain, "plain")).max() < near


@kinds
@units
def test_a_unit_of_the_target_changes_nothing_but_it(model, kind: str, unit: str):
    plain, found = model(kind), model(kind, y=unit)
    answers, same = standard(found, unit), standard(plain, "plain")
    assert np.abs(answers - same).max() < (0.3 if kind == "trees" else 0.05)


@kinds
@units
def test_a_unit_changes_no_explanation(model, kind: str, unit: str):
    """Of two features the sampled ones ask all orders, and so are exact, too."""
    for x, y in ((unit, "plain"), ("plain", unit)):
        found = model(kind, x=x, y=y)
        what, table = explained(found), found.table
        rows, background = table.x[table.test[:3]], table.x[table.train[:20]]
        right = estimate(ESTIMATORS["exact"](), what, rows, background).values
        scale = np.abs(right).max()
        assert scale > 0.1 * UNITS[y][0], "it says something"
        rounding = 20 * np.spacing(np.abs(what.predict(rows)).max())
        for id, member in ESTIMATORS.items():
            if id != "partition" and not member().unfit(what):
                values = estimate(member(), what, rows, background).values
                share = 0.2 if id in ANOTHER else 1e-5
                assert np.abs(values - right).max() < share * scale + rounding, (id, x, y)


@units
def test_many_coalitions_in_single_precision_keep_the_unit(model, unit: str):
    found = model("mlp", y=unit)
    what, table = explained(found), found.table
    few, row = table.x[table.train[:100]], table.x[table.test[:1]]
    many = np.repeat(few, DOUBLE // (4 * len(few)) + 1, axis=0)
    exact = ESTIMATORS["exact"]()
    double, single = (estimate(exact, what, row, some).values for some in (few, many))
    rounding = 4 * np.spacing(np.abs(what.predict(row)).max())
    assert np.abs(single - double).max() < 1e-5 * np.abs(double).max() + rounding


@units
def test_a_column_is_constant_where_its_values_are_equal_and_nowhere_else(unit: str):
    step, zero = UNITS[unit]
    x = zero + step * np.stack([A, np.zeros(ROWS), A + 0.1 * B], 1)
    found = spread(x)
    assert found[1] == 1 and found[0] == pytest.approx(step * A.std(), rel=0.1)
    apart_by = apart(x)
    assert apart_by[0] == apart_by[2] == 1, "a constant column is like no other"
    assert apart_by[1] == pytest.approx(apart(np.stack([A, A + 0.1 * B], 1))[0], abs=0.05)
    table = table_from(
        Data(x=torch.from_numpy(x), y=torch.from_numpy(B)[:, None], features=("a", "b", "c")), 0, ""
    )
    encoded = Encoding.of(table)(table.x[table.train])
    assert encoded[:, 0].std() == pytest.approx(1, rel=0.01) and not encoded[:, 1].any()


def test_every_digit_of_a_file_is_kept():
    text = "t,y,z\n" + "\n".join(f"{1_700_000_000 + i},{1e-19 * i},{i % 7}" for i in range(ROWS))
    data, _ = data_of(read_sheet(text.encode()), 1)
    assert data.x[:, 0].tolist() == [1_700_000_000 + i for i in range(ROWS)]
    assert data.y[:, 0].tolist() == [float(f"{1e-19 * i}") for i in range(ROWS)]


def test_what_is_not_known_follows_from_what_is_in_every_unit():
    """A linear model of two normal columns in correlation, one of them in a tiny unit."""
    tiny = np.array([1.0, 1e-12])
    covariance = np.array([[1, 0.8], [0.8, 1]])
    plain, same = (
        gaussian(lambda rows, u=u: (rows / u).sum(1), np.array([1.5, 1.0]) * u, np.zeros(2),
                 covariance * np.outer(u, u), 64, 0)
        for u in (np.ones(2), tiny)
    )  # fmt: skip
    np.testing.assert_allclose(same, plain, rtol=1e-6)
    assert plain[2] == pytest.approx(1.0 + 0.8 * 1.0)


def test_every_kind_of_model_is_tried():
    assert set(LEARNS) == set(PREDICTORS)
