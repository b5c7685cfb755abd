"""Under which names may this server be asked? Under its own: a page elsewhere must not reach it.

A page of another site can give its own name the address of this machine (DNS rebinding). Its
requests then carry that name in their Host header, and are refused.
"""

import ipaddress
import os
import socket
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PRIVATE = ("/_stcore/metrics", "/_stcore/agent")  # of nobody's business
SAID = {  # headers of every answer
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def hosts_of(address: str) -> tuple[str, ...]:
    """Names and addresses of this machine under which it may be asked.

    Args:
        address: where it listens. On every address (0.0.0.0, ::) any address of a network is good,
            since only names can be made to point elsewhere.
    """
    if given := os.environ.get("BLINDSPOT_HOSTS"):
        return tuple(name.strip().lower() for name in given.split(",") if name.strip())
    own = {socket.gethostname().lower(), socket.getfqdn().lower()} - {""}
    return tuple(dict.fromkeys((*LOOPBACK, address.lower(), *sorted(own))))


def allowed(host: str, known: tuple[str, ...], address: str) -> bool:
    """Whether a Host header names this machine."""
    name = _without_port(host.strip().lower()).rstrip(".")
    if "*" in known or name in known:
        return True
    if any(rule.startswith("*.") and name.endswith(rule[1:]) for rule in known):
        return True
    return address in ("0.0.0.0", "::") and _is_address(name)


class Guard:
    """Refuses what asks for another host, and sends the headers that browsers heed."""

    def __init__(self, app: ASGIApp, known: tuple[str, ...], address: str) -> None:
        self.app, self.known, self.address = app, known, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if not allowed(host, self.known, self.address):
            await self._refuse(scope, receive, send, _sentence(host))
        elif scope["path"].startswith(PRIVATE):
            await self._refuse(scope, receive, send, "Not found.", 404)
        else:
            await self.app(scope, receive, _with_headers(send))

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, sentence: str, status: int = 403
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign host"})
        else:
            await PlainTextResponse(sentence, status)(scope, receive, send)


def _sentence(host: str) -> str:
    return (
        f"This server does not go by the name {host[:80]!r}. Whoever runs it can allow the name: "
        "BLINDSPOT_HOSTS=name,other.name"
    )


def _with_headers(send: Send) -> Any:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAID.items():
                headers.setdefault(name, value)
        await send(message)

    return wrapped


def _without_port(host: str) -> str:
    if host.startswith("["):  # an address of IPv6
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
