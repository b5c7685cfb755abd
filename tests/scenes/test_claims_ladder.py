"""The ladder's page: what its scenes claim, counted again."""

from pathlib import Path

import numpy as np
import pytest

from engine.runs.store import RunStore
from engine.topics.ladder.work import CHEAT, NAMED, rows
from tests.scenes.ran import shipped


@pytest.fixture
def store(tmp_path: Path):
    found = RunStore(tmp_path)
    yield found
    found.close()


def climbed(store: RunStore, work):
    """Rows by id, the entropy and the last frame of what comes with the app."""
    found = shipped(store, work)
    return (
        {row.id: row for row in rows(work, found.series, found.facts)},
        float(found.facts["entropy"]),
        found.frame,
    )


def test_nine_rungs(view, store):
    found, entropy, _ = climbed(store, view.exact)
    above = {id: float(row.cross.mean()) - entropy for id, row in found.items()}
    assert len(found) == 9 and min(above.values()) > 0
    assert above["independent"] > above["markov"] > above["table"] > above["fvsbn"]
    assert (found["fvsbn"].parameters, found["table"].parameters) == (136, 65535)
    assert all((abs(row.off) < 1e-6).all() for row in found.values())
    assert sum(float(row.seconds.sum()) for row in found.values()) < 60


def test_a_table_forgets_what_it_never_saw(view, store):
    found, entropy, frame = climbed(store, view.exact)
    above = {id: float(row.cross.mean()) - entropy for id, row in found.items()}
    assert view.rung == "table" and above["table"] > 0.95 * above["independent"]
    assert max(v for id, v in above.items() if id not in ("independent", "table")) < 0.3
    values = frame["log_q"][list(found).index("table")].round(3)
    assert len(np.unique(values)) < len(values) / 2, "flat rows"


def test_two_hundred_pictures(view, store):
    found, entropy, _ = climbed(store, view.exact)
    above = {id: float(row.cross.mean()) - entropy for id, row in found.items()}
    assert view.exact.examples == 200 and min(above, key=above.__getitem__) == "fvsbn"
    assert above["naive"] > above["table"] > above["fvsbn"]
    tables = ("independent", "markov", "table")
    sizes = {id: row.parameters for id, row in found.items() if id not in tables}
    assert min(sizes, key=sizes.__getitem__) == "fvsbn"


def test_one_forbidden_connection(view, store):
    found, _, _ = climbed(store, view.exact)
    honest = [row for id, row in found.items() if id != CHEAT]
    assert found[CHEAT].cross.mean() < min(row.cross.mean() for row in honest)
    assert (found[CHEAT].off > 0.3).all()


def test_sixteen_orders_and_their_average(view, store):
    found = shipped(store, view.lottery)
    above = found.series["cross"][1] - float(found.facts["entropy"])
    drawn = above[len(NAMED) :]
    assert np.ptp(above) < 0.15 and len(drawn) == 16
    mixture = found.last("cross_mixture") - float(found.facts["entropy"])
    assert 0 < mixture < drawn.min() and abs(found.last("total_mixture") - 1) < 1e-6
    assert found.last("cross_logits") < float(found.facts["entropy"])
    assert 10 < found.last("total_logits") < 20


def test_an_order_that_suits(view, store):
    found = shipped(store, view.lottery)
    above = found.series["cross"][1] - float(found.facts["entropy"])
    named = dict(zip(NAMED, above[: len(NAMED)], strict=True))
    drawn = above[len(NAMED) :]
    assert (view.lottery.source.kind, view.lottery.rung) == ("ising", "markov")
    assert named["raster"] < 0.5 * np.median(drawn) and named["raster"] <= drawn.min()
