"""A tick belongs to a key, wherever its row goes and whatever the browser has seen."""

import pytest

from dashboard import ticked


@pytest.fixture(autouse=True)
def state(monkeypatch):
    """A session's state, as a plain dictionary."""
    state = {}
    monkeypatch.setattr(ticked.st, "session_state", state)
    return state


def click(state, widget, on_select, *rows):
    """What a browser sends: numbers of rows, for a widget."""
    state[widget] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    on_select()


def shown(state, widget):
    return state[widget]["selection"]["rows"]


def test_a_row_that_moves_keeps_its_tick(state):
    click(state, *ticked.table("t", ["a", "b"]), 1)
    widget, _ = ticked.table("t", ["new", "a", "b"])
    assert ticked.ticked("t") == ["b"]
    assert shown(state, widget) == [2]


def test_what_the_filter_hides_is_ticked_no_more_and_nothing_else_is(state):
    click(state, *ticked.table("t", ["a", "b"]), 0)
    widget, _ = ticked.table("t", ["b"])
    assert ticked.ticked("t") == [] == shown(state, widget)
    widget, _ = ticked.table("t", ["a", "b"])
    assert ticked.ticked("t") == [] == shown(state, widget)


def test_a_click_on_a_list_that_is_gone_ticks_what_was_seen(state):
    old = ticked.table("t", ["a", "b"])
    ticked.table("t", ["new", "a", "b"])
    click(state, *old, 0)
    widget, _ = ticked.table("t", ["new", "a", "b"])
    assert ticked.ticked("t") == ["a"]
    assert shown(state, widget) == [1]


def test_the_same_list_keeps_its_table_and_what_is_unticked_is_shown_so(state):
    widget, on_select = ticked.table("t", ["a", "b"])
    click(state, widget, on_select, 0, 1)
    assert ticked.table("t", ["a", "b"])[0] == widget
    ticked.untick("t")
    widget, _ = ticked.table("t", ["a", "b"])
    assert ticked.ticked("t") == [] == shown(state, widget)
