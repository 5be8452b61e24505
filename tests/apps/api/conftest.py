"""The API on a real server, asked by OpenAI's own client; answers are made in the server's event loop."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import openai
import pytest
import uvicorn
from chat.conftest import assistant, cast, database, runtime, search, translations  # noqa: F401

from apps.api.keys import MadeKey, key_make
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation
from apps.core.actor import SYSTEM
from apps.core.db import in_database
from config.asgi import application


async def _work() -> None:
    """In the place of the job worker."""
    running: dict = {}
    while True:
        for generation in await in_database(lambda: list(Generation.objects.filter(status="queued"))):
            if generation.pk not in running:
                running[generation.pk] = asyncio.create_task(generation_run(generation.pk))
        await asyncio.sleep(0.01)


@pytest.fixture
def server(database: None, runtime) -> Iterator[str]:  # noqa: F811
    listening = socket.create_server(("127.0.0.1", 0))
    served = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="error"))

    async def serve() -> None:
        work = asyncio.create_task(_work())
        await served.serve(sockets=[listening])
        work.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    while not served.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    served.should_exit = True
    thread.join(60)


@pytest.fixture
def made(assistant: Assistant) -> MadeKey:  # noqa: F811
    return key_make(actor=SYSTEM, name="Shop system", assistants=["service"])


Connect = Callable[..., openai.OpenAI]


@pytest.fixture
def connect(server: str) -> Iterator[Connect]:
    """A client with this token, which does not try again by itself."""
    clients: list[openai.OpenAI] = []

    def connect_(token: str) -> openai.OpenAI:
        clients.append(openai.OpenAI(api_key=token, base_url=server, max_retries=0, timeout=60))
        return clients[-1]

    yield connect_
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect, made: MadeKey) -> openai.OpenAI:
    return connect(made.token)
