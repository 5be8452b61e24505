"""A real web server on loopback, which only a test's own settings open."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from apps.core.actor import SYSTEM
from apps.knowledge.models import Collection
from apps.knowledge.services import collection_ensure
from apps.knowledge.web import fetching, visitor

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """`pages` by path: text, bytes, or a function that answers; `asked` are the requests, with their headers."""

    port: int
    pages: dict[str, str | bytes | Reply] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked if path != "/robots.txt"]

    def sitemap(self, *paths: str, root: str = "urlset") -> str:
        entry = {"urlset": "url", "sitemapindex": "sitemap"}[root]
        listed = "".join(f"<{entry}><loc>{self.origin}{path}</loc></{entry}>" for path in paths)
        return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{root}>'


def reply(
    status: int = 200, body: bytes = b"", *, headers: dict[str, str] | None = None, media: str = "text/html"
) -> Reply:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        named = {"Content-Type": media, "Content-Length": str(len(body))} | (headers or {})
        for name, value in named.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def html(text: str) -> str:
    return f"<html><head><title>Help</title></head><body><main><h1>Help</h1><p>{text}</p></main></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            page = own.pages.get(self.path)
            if callable(page):
                page(self)
            elif page is None:
                reply(404)(self)
            else:
                media = "application/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8"
                reply(body=page.encode() if isinstance(page, str) else page, media=media)(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own = Site(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield own
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(site: Site, settings: object) -> Site:
    """The site, with its host allowed and its network opened."""
    settings.KNOWLEDGE_HOSTS = [f"127.0.0.1:{site.port}"]  # type: ignore[attr-defined]
    settings.KNOWLEDGE_NETWORKS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    return site


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits: time goes by in pauses alone, which are returned."""
    pauses: list[float] = []
    monkeypatch.setattr(fetching, "_visitor", visitor.Visitor(now=lambda: sum(pauses), wait=pauses.append))
    return pauses


@pytest.fixture
def help_collection(db: None, settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=SYSTEM, slug="help")
