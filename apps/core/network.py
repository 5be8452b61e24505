"""Requests to public addresses only, each to the very address that was looked at, within one span of time."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore
import httpx

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
# Public by their number, and yet doors to the inside: a cloud's metadata, old relays, documentation.
_INSIDE = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2002::/16", "3fff::/20")
]
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all else of IPv6 is local, or carries an IPv4 address within


class NoWay(Exception):
    """There is no answer from there. `code`: unresolved, private, slow, silent, certificate, broken_off."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@contextmanager
def asked(
    method: str,
    url: httpcore.URL,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    deadline: "Deadline",
    wait: float,
    networks: Sequence[str],
) -> Iterator[httpcore.Response]:
    """The answer, its body yet to be read. Follows no redirect.

    `wait`: seconds for a sign of life. `networks`: private ones that are open all the same. Raises NoWay, in the
    block too.
    """
    host = url.host.decode("ascii")
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), wait)
    backend = CheckedBackend(deadline, networks)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend, max_connections=1) as pool,
            pool.stream(
                method, url, headers=list(headers.items()), content=content, extensions={"timeout": timeout}
            ) as response,
        ):
            yield response
    except httpcore.TimeoutException as error:
        deadline.left()
        raise NoWay("silent", host=host) from error
    except httpcore.ConnectError as error:
        raise NoWay("certificate" if _about_tls(error) else "silent", host=host) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise NoWay("broken_off") from error


class Deadline:
    """`seconds` from now on; `left` never gives more than what remains of them. Raises NoWay when none is."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._end = seconds, time.monotonic() + seconds

    def left(self, wanted: float | None = None) -> float:
        rest = self._end - time.monotonic()
        if rest <= 0:
            raise NoWay("slow", limit=round(self.seconds))
        return rest if wanted is None else min(rest, wanted)


def addresses_checked(host: str, port: int, networks: Sequence[str] = ()) -> list[str]:
    """What the host resolves to. Raises NoWay if that is nothing, or if any of it lies inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoWay("unresolved", host=host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    parsed = [ipaddress.ip_address(one.partition("%")[0]) for one in addresses]
    if not parsed or not all(allowed(address, networks) for address in parsed):
        raise NoWay("private", host=host)
    return addresses


def allowed(address: IP, networks: Sequence[str] = ()) -> bool:
    """Whether it is public, or in one of the networks that the operator opened."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(network) for network in networks):
        return True
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    inside = not address.is_global or address.is_multicast or address.is_reserved
    return not inside and not any(address in network for network in _INSIDE)


def host_listed(host: str, port: int, usual_port: int, entries: Iterable[str]) -> bool:
    """Whether one of `entries` names the host: by name or "*.domain", with its port where that is unusual."""
    for entry in entries:
        name, _colon, told = entry.lower().partition(":")
        below = name.startswith("*.") and host.endswith(name[1:])
        if (host == name or below) and port == (int(told) if told else usual_port):
            return True
    return False


class CheckedBackend(httpcore.NetworkBackend):
    """What httpcore opens connections with. A name is looked up once, so it cannot mean another address later."""

    def __init__(self, deadline: Deadline, networks: Sequence[str] = ()) -> None:
        self._plain, self._deadline, self._networks = httpcore.SyncBackend(), deadline, networks

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError()
        for address in addresses_checked(host, port, self._networks):
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Stream(httpcore.NetworkStream):
    """Each wait is bounded by what is left of the whole time: a server that drips gains nothing."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _about_tls(error: BaseException) -> bool:
    return isinstance(error.__context__, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()
