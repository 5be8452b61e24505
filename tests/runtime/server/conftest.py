"""The server's routes over the fake backend, on a real socket in a thread of this process."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from model_runtime.backends.grammar import GrammarCompiler
from model_runtime.engine.loop import Engine
from model_runtime.server.app import build_app
from model_runtime.server.http.listen import server_config
from model_runtime.server.runtime import Generator, Runtime
from tests.runtime.support.checkpoints import make_tokenizer
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import TOKEN


class ByteTokenizer:
    """A token a byte. A message that says `loop` makes the template loop for ever."""

    def chat(self, messages: list[dict[str, str]], **_: Any) -> list[int]:
        text = "".join(message["content"] for message in messages)
        while text == "loop":
            pass
        return list(text.encode())

    def encode(self, text: str) -> list[int]:
        return list(text.encode())


class Served:
    """A served fake model, with a client and the parts that tests look into."""

    def __init__(self, backend: FakeBackend, **options: int) -> None:
        self.backend = backend
        self.engine = Engine(backend, **options)
        tokenizer = make_tokenizer()
        grammars = GrammarCompiler(tokenizer.to_str(), [2], tokenizer.get_vocab_size())
        self.runtime = Runtime("fake", state="ready", queue_size=options.get("queue_size", 64))
        self.runtime.generator = Generator(
            self.engine,
            ByteTokenizer(),
            grammars,
            256,
            backend.token_bytes,  # type: ignore[arg-type]
        )
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(server_config(build_app(self.runtime, token=TOKEN)))
        listener.listen(64)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        self.client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60, trust_env=False
        )

    def chat(self, text: str = "hi", **fields: Any) -> httpx.Response:
        body = {"model": "fake", "messages": [{"role": "user", "content": text}]} | fields
        return self.client.post("/v1/chat/completions", json=body)

    def stop(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self.engine.stop()
        self._thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Builds a server over a backend; it ends with the test."""
    running: list[Served] = []

    def build(backend: FakeBackend | None = None, **options: int) -> Served:
        running.append(Served(backend or FakeBackend(), **options))
        return running[-1]

    yield build
    for served in running:
        served.stop()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One server for tests that only look at answers."""
    one = Served(FakeBackend(context_length=200))
    yield one
    one.stop()
