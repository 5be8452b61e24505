"""Web addresses: read once, by one parser, and only of hosts that this installation allows."""

import hashlib
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

import httpx
from django.conf import settings

from apps.core.network import host_listed

from ..ingest.blocks import Refused
from ..ingest.names import LONGEST, clean_name

PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2_000


@dataclass(frozen=True)
class Address:
    """In the very parts that a connection is made of: `host` in ASCII, `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """ "https://help.example.com", with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != PORTS[self.scheme] else "")

    @property
    def url(self) -> str:
        return self.origin + self.target

    @property
    def name(self) -> str:
        """What the document is called: as people read an address, without scheme and last slash."""
        shown = clean_name(unquote(self.origin.partition("://")[2] + self.target))
        whole = self.url.partition("://")[2]
        if len(whole) < LONGEST:
            return shown
        return f"{shown[: LONGEST - 20]}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"

    def joined(self, location: str) -> Self:
        """Where a page at this address leads to with `location`. Raises Refused."""
        try:
            return self.parsed(str(httpx.URL(self.url).join(location)))
        except httpx.InvalidURL as error:
            raise Refused("address") from error

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Raises Refused for what is no http(s) address, names a user, or is longer than any honest one."""
        if len(text) > _LONGEST_URL or "\\" in text:
            raise Refused("address")
        try:
            url = httpx.URL(text.strip())
        except httpx.InvalidURL as error:
            raise Refused("address") from error
        host = url.raw_host.decode("ascii").lower().rstrip(".")
        if url.scheme not in PORTS or not host or "%" in host or url.userinfo:
            raise Refused("address")
        port = url.port or PORTS[url.scheme]
        if not 0 < port < 65536:
            raise Refused("address")
        return cls(url.scheme, host, port, url.raw_path.decode("ascii"))


def address_permit(address: Address) -> None:
    """Raises Refused unless KNOWLEDGE_HOSTS has the host, by name or "*.domain", with its port where unusual."""
    if not host_listed(address.host, address.port, PORTS[address.scheme], settings.KNOWLEDGE_HOSTS):
        raise Refused("host", host=address.host)
