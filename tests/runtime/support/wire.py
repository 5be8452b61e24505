"""Requests whose client may leave at any moment: a time limit would be missed on a busy machine, and waited for."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from tests.runtime.support.processes import TOKEN


def asked(address: str, body: dict[str, Any], token: str = TOKEN) -> socket.socket:
    """A connection on which this was posted; whoever closes it before the answer has left."""
    parts, content = urlsplit(address), json.dumps(body).encode()
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
    connection = socket.create_connection((parts.hostname, parts.port), timeout=60)
    connection.sendall(head.encode() + b"Content-Type: application/json\r\n")
    connection.sendall(b"Content-Length: %d\r\n\r\n" % len(content) + content)
    return connection
