"""Who is believed, the address that was just written or the one that a browser asks with?"""

from types import SimpleNamespace

import pytest

from dashboard.core import link


class Address(dict):
    """`st.query_params`, as far as it is used."""

    to_dict = dict.copy

    def from_dict(self, items):
        self.clear()
        self.update(items)


@pytest.fixture
def browser(monkeypatch):
    """A page whose address was changed from a to b at 100 s; what it asks with can be set."""
    now = SimpleNamespace(time=100.0, polled=False, travelled=False)
    page = SimpleNamespace(session_state={}, query_params=Address(section="a"), now=now)
    monkeypatch.setattr(link, "st", page)
    monkeypatch.setattr(link, "stale", lambda: False)
    monkeypatch.setattr(link, "polled", lambda: now.polled)
    monkeypatch.setattr(link, "travelled", lambda: now.travelled)
    monkeypatch.setattr(link, "time", SimpleNamespace(monotonic=lambda: now.time))
    link.put({"section": "b"})
    return page


def asks_after(browser, seconds):
    """What stands in the address of a page that asks with the old one so much later."""
    browser.now.time = 100.0 + seconds
    browser.query_params.from_dict({"section": "a"})
    link.settle()
    return browser.query_params["section"]


def test_an_old_address_that_was_on_its_way_undoes_nothing(browser):
    assert asks_after(browser, 1) == "b"


def test_whoever_goes_back_a_few_seconds_later_gets_there(browser):
    assert asks_after(browser, 5) == "a"


def test_a_page_that_polls_is_given_longer(browser):
    browser.now.polled = True
    assert asks_after(browser, 5) == "b"
    browser.now.polled = False
    assert asks_after(browser, 8) == "b"
    assert asks_after(browser, 13) == "a"


def test_whoever_goes_back_at_once_gets_there_and_stays(browser):
    browser.now.travelled = True
    assert asks_after(browser, 0.2) == "a"
    browser.now.travelled = False
    assert asks_after(browser, 0.7) == "a"


def test_what_was_left_by_going_back_returns_with_no_late_request(browser):
    browser.now.travelled = True
    asks_after(browser, 0.2)
    browser.now.travelled, browser.now.time = False, 100.7
    browser.query_params.from_dict({"section": "b"})
    link.settle()
    assert browser.query_params["section"] == "a"
