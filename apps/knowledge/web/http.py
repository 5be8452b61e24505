"""One GET: redirects followed by hand, everything bounded, nothing trusted."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpcore
from django.conf import settings

from apps.core.network import Deadline, NoWay, asked

from ..ingest.blocks import Refused
from ..ingest.sniff import MAX_BYTES
from .addresses import Address

AGENT = "Parley"
REDIRECTS = 5
SECONDS = 30.0  # for a page with all its redirects
_WAIT = 10.0  # for a sign of life
_RATIO = 200  # honest text packs 3 to 10 times, a generated table 50
_MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Answer:
    """`address` is the last one, after redirects; `headers` by lower-case name; `data` only of a 200."""

    address: Address
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


def fetched(
    address: Address,
    *,
    permit: Callable[[Address], None],
    headers: Mapping[str, str] | None = None,
    most: int = MAX_BYTES,
) -> Answer:
    """What stands at the address. `permit` is asked before each request, of redirects too, and may raise Refused.

    Any status but a redirect is an answer. Raises Refused when there is none, or more than `most` bytes.
    """
    deadline = Deadline(SECONDS)
    for _hop in range(REDIRECTS + 1):
        permit(address)
        answer = _asked(address, headers or {}, most, deadline)
        location = answer.headers.get("location")
        if answer.status not in _MOVED or not location:
            return answer
        address = address.joined(location)
    raise Refused("redirects", limit=REDIRECTS)


def _asked(address: Address, headers: Mapping[str, str], most: int, deadline: Deadline) -> Answer:
    host = address.origin.partition("://")[2]
    sent = {"Host": host, "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip", **headers}
    scheme, name, target = address.scheme.encode(), address.host.encode(), address.target.encode()
    url = httpcore.URL(scheme=scheme, host=name, port=address.port, target=target)
    networks = settings.KNOWLEDGE_NETWORKS
    try:
        with asked("GET", url, headers=sent, deadline=deadline, wait=_WAIT, networks=networks) as response:
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            data = _body(response, names, most, deadline) if response.status == 200 else b""
            return Answer(address, response.status, names, data)
    except NoWay as error:
        raise Refused(error.code, **error.values) from error
    except zlib.error as error:
        raise Refused("broken_off") from error


def _body(response: httpcore.Response, headers: Mapping[str, str], most: int, deadline: Deadline) -> bytes:
    unpack = _unpacker(headers.get("content-encoding", ""))
    packed, data = 0, bytearray()
    for piece in response.iter_stream():
        deadline.left()
        packed += len(piece)
        data += unpack.decompress(piece, most + 1 - len(data)) if unpack else piece
        if len(data) > most:
            raise Refused("size", limit=most // 1024**2)
        if len(data) > max(packed, 10_000) * _RATIO:
            raise Refused("bomb")
    if unpack and not unpack.eof:
        raise Refused("broken_off")
    return bytes(data)


def _unpacker(coding: str) -> "zlib._Decompress | None":
    match coding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        case _:
            raise Refused("coding")
