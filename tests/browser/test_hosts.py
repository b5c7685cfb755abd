"""A running server refuses what is meant for another host, and says what browsers heed."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.serving import Server

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}
FOREIGN = {"Host": "evil.example", "Origin": "http://evil.example"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("hosts")) as found:
        yield found


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(server: Server, path: str, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        with closing(answer):
            body = b"" if answer.status == 101 else answer.read()
            return Answer(answer.status, dict(answer.getheaders()), body)


def test_a_foreign_host_reaches_neither_pages_nor_sessions(server: Server) -> None:
    assert ask(server, "/", FOREIGN).status == 403
    assert ask(server, "/_stcore/stream", FOREIGN | UPGRADE).status == 403


def test_its_own_name_reaches_both(server: Server) -> None:
    own = {"Host": urlsplit(server.url).netloc, "Origin": server.url}
    page = ask(server, "/", own)
    assert page.status == 200 and page.headers["x-content-type-options"] == "nosniff"
    assert ask(server, "/_stcore/stream", own | UPGRADE).status == 101


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_what_is_nobodys_business_is_not_there(server: Server, path: str) -> None:
    assert ask(server, path, {}).status == 404


def test_the_reason_says_what_to_do(server: Server) -> None:
    assert b"BLINDSPOT_HOSTS" in ask(server, "/", FOREIGN).body
