"""Origins as browsers write them: scheme, host, and the port where it is not the scheme's own."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

MOST = 20
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]")


def origins_read(lines: Iterable[str]) -> list[str]:
    """In their order, each once. Raises BadInput for what is no exact origin: no path, no wildcard."""
    origins = list(dict.fromkeys(origin_read(line) for line in lines))
    if len(origins) > MOST:
        raise BadInput(_("At most %(count)d addresses of sites.") % {"count": MOST})
    return origins


def origin_read(text: str) -> str:
    """Raises BadInput, naming what is wrong."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:  # a port or a host that cannot be one
        parts, port, host = urlsplit(""), None, ""
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in _PORTS or not host or not plain:
        message = _("“%(text)s” is no address of a site. Write it like https://shop.example, without a path.")
        raise BadInput(message % {"text": text[:80]})
    own = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if own else f":{port}")


def _host(name: str) -> str:
    """Lower case, other scripts as browsers send them (bücher.example is xn--bcher-kva.example); "" for no host."""
    if ":" in name:
        name = f"[{name}]"
    elif not name.isascii():
        name = name.encode("idna").decode()
    return name.lower() if _HOST.fullmatch(name.lower()) else ""
