"""`core.pages` uses what is inside Django's handler: it sends what that one would, and notices when it changes."""

import asyncio
import hashlib
import inspect
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler

from apps.core.pages import Pages

READ = "05e1a482cca0"  # the digest of the source that was read last: Django 5.2.19


def test_djangos_handler_is_the_one_that_was_read() -> None:
    parts = (ASGIHandler, BaseHandler.load_middleware, BaseHandler.get_response)
    source = "".join(inspect.getsource(part) for part in parts)
    found = hashlib.sha256(source.encode()).hexdigest()[:12]
    assert found == READ, "read what changed, and what docs/decisions/0012 says of it, before this digest"


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
@pytest.mark.urls("tests.apps.core.test_pages")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("address", ["/healthz", "/flow", "/taken", "/nowhere/", "/accounts/login/", "/é"])
async def test_pages_are_sent_as_django_sends_them(address: str, method: str) -> None:
    ours, theirs = [await sent_by(handler(), address, method) for handler in (Pages, ASGIHandler)]
    assert ours[0] == theirs[0]
    if ours[0][0] == 200 and address != "/accounts/login/":  # pages hold a new token each time
        assert ours[1] == theirs[1]


async def sent_by(handler: ASGIHandler, address: str, method: str) -> tuple[tuple[int, list[bytes]], bytes]:
    """Status and names of the headers, and the content."""
    scope = {
        "type": "http",
        "method": method,
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": b"words"})
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await handler(scope, messages.get, send)
    names = [name.lower() for name, _value in sent[0]["headers"]]
    return (sent[0]["status"], names), b"".join(message.get("body", b"") for message in sent[1:])
