"""A server answers to its own names alone."""

import pytest

from dashboard.core.hosts import allowed, hosts_of

OWN = hosts_of("127.0.0.1")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1:80", "[::1]:8501", "LOCALHOST", "localhost."]
)
def test_its_own_names_are_good(host: str) -> None:
    assert allowed(host, OWN, "127.0.0.1")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "", "localhost.evil.example", "127.0.0.1.evil.example",
     "192.0.2.7", "[2001:db8::1]:8501", "xlocalhost", "*"],
)  # fmt: skip
def test_foreign_names_are_not(host: str) -> None:
    assert not allowed(host, OWN, "127.0.0.1")


@pytest.mark.parametrize(("host", "good"), [("10.0.0.5:8501", True), ("evil.example", False)])
def test_on_every_address_any_address_is_good_and_no_other_name(host: str, good: bool) -> None:
    assert allowed(host, hosts_of("0.0.0.0"), "0.0.0.0") == good


def test_names_can_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLINDSPOT_HOSTS", "lab.example.org, *.course.example")
    known = hosts_of("127.0.0.1")
    assert allowed("lab.example.org:443", known, "127.0.0.1")
    assert allowed("a.course.example", known, "127.0.0.1")
    assert not allowed("course.example.evil", known, "127.0.0.1")
