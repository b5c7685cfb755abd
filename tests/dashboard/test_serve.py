"""What cannot be started says why in a sentence, at once."""

import socket

import pytest

from dashboard.core.runtime import open_store
from dashboard.serve import address
from engine.runs.files import StoreError


def test_a_port_in_use_is_said_with_what_to_do(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(SystemExit, match=r"cannot be used: .* choose another port"):
            address()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8501.5", "٣"])
def test_a_port_that_is_none_is_said(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match="PORT must be a number from 1 to 65535"):
        address()


def test_a_host_that_is_not_here_is_said(monkeypatch):
    monkeypatch.setenv("HOST", "192.0.2.1")  # kept for documentation: nobody has it
    monkeypatch.setenv("PORT", "8501")
    with pytest.raises(SystemExit, match=r"of 192\.0\.2\.1 cannot be used"):
        address()


def test_a_free_port_is_taken_as_it_is(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(free))
    assert address() == ("127.0.0.1", free)


@pytest.mark.parametrize("size", ["abc", "0", "-1", "nan", "inf"])
def test_a_size_of_the_store_that_is_none_is_said(monkeypatch, size):
    monkeypatch.setenv("BLINDSPOT_STORE_GB", size)
    with pytest.raises(StoreError, match="BLINDSPOT_STORE_GB must be a number above 0"):
        open_store()


def test_a_folder_of_runs_that_cannot_be_made_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BLINDSPOT_RUNS", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="Runs cannot be stored"):
        open_store()
