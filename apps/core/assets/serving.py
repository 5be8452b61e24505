"""The ASGI application below STATIC_URL: everything comes from memory, so nothing waits for a thread."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from .current import Assets
from .tree import Asset

_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)")
KEPT = b"public, max-age=31536000, immutable"
Headers = list[tuple[bytes, bytes]]


class Serving:
    """An older version's address leads to what stands there now, to be asked for anew each time: so a page that is
    open across a deployment can load the rest of its scripts.
    """

    def __init__(self, served: Assets) -> None:
        self.served = served

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, [(b"allow", b"GET, HEAD")])
            return
        tree = self.served.tree
        path = scope["path"].removeprefix(settings.STATIC_URL)
        versioned = _VERSIONED.fullmatch(path)
        asset = tree.assets.get(versioned[2] if versioned else path)
        if asset is None:
            await _answer(send, 404, [], b"There is nothing at this address.")
            return
        asked = dict(scope["headers"])
        is_kept = versioned is not None and versioned[1] == tree.version
        tag = f'W/"{asset.digest}"'.encode()
        headers = [
            (b"cache-control", KEPT if is_kept else b"no-cache"),
            (b"etag", tag),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if tag in asked.get(b"if-none-match", b""):
            await _answer(send, 304, headers)
            return
        encoding, body = _form(asset, asked.get(b"accept-encoding", b"").decode("latin-1"))
        headers += [(b"content-type", asset.type.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(b"content-encoding", encoding.encode())] if encoding else []
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def _form(asset: Asset, accepted: str) -> tuple[str, bytes]:
    """The first form that the client takes, with the name of its encoding; the plain one has none."""
    names = set(_accepted(accepted.lower().split(",")))
    return next(((name, body) for name, body in asset.packed.items() if name in names), ("", asset.body))


def _accepted(parts: Iterable[str]) -> Iterable[str]:
    for part in parts:
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"q=0(\.0*)?", weight.strip()):
            yield name.strip()


async def _answer(send: Any, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
