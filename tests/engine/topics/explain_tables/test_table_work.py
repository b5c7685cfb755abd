"""Does only that work on tables have a second revision whose numbers are others?"""

import json

import pytest

from engine.runs.work import WORK, dump, import_kinds, load

import_kinds()
KINDS = ["table_values", "table_accuracy", "table_beside", "table_backgrounds"]
OTHERS = [{"model": {"csv": "0123456789abcdef"}}, {"model": {"data": {"id": "diabetes"}}}]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", OTHERS)
def test_a_brought_table_and_a_target_in_a_unit_are_computed_anew(kind, settings):
    old = load(json.dumps({"kind": kind, **settings}))  # as it was once stored
    new = WORK[kind].model_validate(settings)
    assert old.outdated and old.revision == 1 and old.flat()["revision"] == "1"
    assert not new.outdated and new.revision == 2 and "revision" not in new.flat()
    assert old.key != new.key
    for one in (old, new):
        assert load(dump(one)) == one
        assert WORK[kind].read(one.flat()) == (one, [])
        assert one.with_("model.seed", 3).outdated == one.outdated


@pytest.mark.parametrize("kind", KINDS)
def test_what_gives_the_same_numbers_has_its_first_revision(kind):
    old = load(json.dumps({"kind": kind}))
    assert old.revision == 1 and old.key == WORK[kind]().key
    for config in (old, WORK[kind]()):
        assert not config.outdated and config.flat() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_one_is_refused(kind):
    _, problems = WORK[kind].read({"model.csv": "0123456789abcdef", "revision": "3"})
    assert any("later version" in problem for problem in problems)
