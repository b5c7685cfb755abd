"""A run of an earlier revision opens as it was computed then, says so, and is not computed anew."""

import pytest

from dashboard.core.runtime import jobs, store
from engine.training.config import TrainConfig
from tests.pages.app import visit, works

OLD = "seed=41&revision=1"


@pytest.fixture
def later(monkeypatch):
    """Trainings give other numbers from now on."""
    monkeypatch.setattr(TrainConfig, "latest", classmethod(lambda cls: 2))


def test_it_opens_says_what_it_is_and_leads_to_today(later):
    old = TrainConfig.read({"seed": "41", "revision": "1"})[0]
    assert old.outdated and old.key == "a804105b56982b46"
    store().begin(old)
    store().set(old.key, state="done", step=10, steps=10, device="a machine")
    app = works(visit("training", OLD))
    assert any("revision 1" in caption.value for caption in app.caption)
    assert not [b for b in app.button if b.key in ("lab_play", "lab_again")], "nothing to train"
    app.button(key="lab_transport_today").click().run()
    assert "revision" not in app.query_params
    store().delete(old.key)


def test_it_is_not_computed_again(later):
    old = TrainConfig.read({"seed": "42", "revision": "1"})[0]
    jobs().submit(old)
    assert store().run(old.key) is None and "earlier revision" in jobs().trouble.pop(old.key)
