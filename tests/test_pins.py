"""Nothing is lost: every link, scene, run key and shipped result opens as it did."""

import json

import pytest

from engine.paths import RESULTS
from engine.runs.work import WORK, Work, dump, import_kinds, load
from tests.pins import pinned

import_kinds()
PINNED = pinned()
KEYS = [(kind, link, key) for kind, keys in PINNED["kinds"].items() for link, key in keys.items()]


def read(kind: str, link: str) -> Work:
    items = dict(item.split("=", 1) for item in link.split("&") if item)
    config, problems = WORK[kind].read(items)
    assert not problems, problems
    return config


@pytest.mark.parametrize(("kind", "link", "key"), KEYS)
def test_a_link_leads_to_the_key_that_it_always_had(kind: str, link: str, key: str) -> None:
    """If this fails, old runs would be lost: a key never moves. Where the same settings now give
    other numbers, raise the `revision` of the kind; a default is for ever."""
    config = read(kind, link).model_copy(update={"revision": 1})
    assert config.key == key


@pytest.mark.parametrize("kind", sorted(WORK))
def test_every_kind_is_pinned(kind: str) -> None:
    assert kind in PINNED["kinds"], "a new kind: python -m tests.pins adds its keys"


@pytest.mark.parametrize("kind", sorted(WORK))
def test_a_kind_comes_back_from_the_store_with_its_key(kind: str) -> None:
    assert load(dump(WORK[kind]())).key == WORK[kind]().key


@pytest.mark.parametrize(("key", "kind"), PINNED["shipped"].items())
def test_a_shipped_result_is_found_by_its_key(key: str, kind: str) -> None:
    told = json.loads((RESULTS / f"{key}.json").read_text(encoding="utf-8"))
    config = load(json.dumps(told["config"]))
    assert (config.kind, config.key) == (kind, key)


def test_a_class_may_be_renamed() -> None:
    renamed = type("Anything", (WORK["train"],), {})
    assert renamed().key == WORK["train"]().key


def test_what_was_computed_before_a_revision_keeps_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = WORK["train"]
    before, old = kind(seed=3), json.dumps({"kind": "train", "seed": 3})  # as it was once stored
    later = type("Later", (kind,), {"__annotations__": {"revision": int}, "revision": 2})
    monkeypatch.setitem(WORK, "train", later)
    again = load(old)
    assert again.key == before.key and again.outdated
    assert again.flat()["revision"] == "1", "its link says so, too"
    assert later(seed=3).key != before.key and not later(seed=3).outdated
    assert load(dump(again)) == again


def test_a_revision_that_is_still_to_come_is_refused() -> None:
    _, problems = WORK["train"].read({"revision": "7"})
    assert any("later version" in problem for problem in problems)
