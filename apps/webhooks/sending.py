"""One POST to an address that somebody typed: HTTPS, to public machines, no redirects, and no long waiting."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpcore
import httpx
from django.conf import settings

from apps.core.network import Deadline, NoWay, addresses_checked, asked, host_listed

SECONDS = 15.0  # for all of it
_WAIT = 10.0  # for a sign of life
_LONGEST = 2_000


@dataclass(frozen=True)
class Reply:
    """`status`, or `problem`: a code of `problems`. `wait`: seconds, where the server asks for them."""

    status: int | None = None
    problem: str = ""
    wait: float = 0.0

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_worth_another(self) -> bool:
        """Whether the same may be taken later: the server is busy, broken, or not to be reached."""
        if self.status is None:
            return self.problem not in {"address", "plain", "private"}
        return self.status in {408, 429} or self.status >= 500


def post(address: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """What the server said. Its body is not read: it is nobody's business here."""
    try:
        url = target(address)
        host = url.host.decode() if b":" not in url.host else f"[{url.host.decode()}]"
        port = f":{url.port}" if url.port not in (None, 80, 443) else ""
        sent = {"Host": host + port, "User-Agent": "Parley", "Content-Type": "application/json", **headers}
        sent["Content-Length"] = str(len(body))
        deadline, networks = Deadline(SECONDS), settings.WEBHOOK_NETWORKS
        with asked(
            "POST", url, headers=sent, content=body, deadline=deadline, wait=_WAIT, networks=networks
        ) as response:
            told = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"")
            return Reply(response.status, wait=float(told) if told.isdigit() and len(told) < 6 else 0.0)
    except NoWay as error:
        return Reply(problem=error.code)


def target(address: str) -> httpcore.URL:
    """Raises NoWay: "address" for what is none, "plain" for http where WEBHOOK_PLAIN_HOSTS does not allow it."""
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL as error:
        raise NoWay("address") from error
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    usual = {"https": 443, "http": 80}.get(url.scheme)
    if usual is None or not host or "%" in host or url.userinfo or "\\" in address or len(address) > _LONGEST:
        raise NoWay("address")
    port = url.port or usual
    if url.scheme == "http" and not host_listed(host, port, usual, settings.WEBHOOK_PLAIN_HOSTS):
        raise NoWay("plain", host=host)
    return httpcore.URL(scheme=url.scheme.encode(), host=host.encode(), port=port, target=url.raw_path)


def target_check(address: str) -> None:
    """Raises NoWay also for a host that is unknown, or lies inside."""
    url = target(address)
    addresses_checked(url.host.decode(), url.port or 443, settings.WEBHOOK_NETWORKS)
