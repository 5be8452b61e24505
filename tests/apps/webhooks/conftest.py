"""A receiver on loopback, which only a test's own settings open, and a webhook that leads to it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from chat.conftest import assistant, cast, database, owner, runtime, search, translations  # noqa: F401
from django.conf import LazySettings

from apps.chat.happenings import Happening
from apps.core.actor import SYSTEM
from apps.webhooks.models import Webhook
from apps.webhooks.services import webhook_make


@dataclass
class Receiver:
    """Answers with `replies`, each (status, headers), the last one again and again; `got` is what came."""

    port: int
    replies: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(204, {})])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?token=hidden"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            own.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = own.replies.pop(0) if len(own.replies) > 1 else own.replies[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own = Receiver(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.WEBHOOK_PLAIN_HOSTS = [f"127.0.0.1:{own.port}"]
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    yield own
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(database: None, receiver: Receiver) -> Webhook:  # noqa: F811
    """For everything that there is."""
    return webhook_make(actor=SYSTEM, name="Tickets", address=receiver.address, events=Happening.values)
