"""The server's routes over a runtime that a test has made, on a real socket in a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import httpx
import uvicorn

from model_runtime.options import parser, serve_options
from model_runtime.server.app import build_app
from model_runtime.server.http.listen import server_config
from model_runtime.server.load import load_into
from model_runtime.server.runtime import Runtime
from tests.runtime.support.processes import TOKEN


def loaded(folder: Path, *arguments: str, device: str = "cpu") -> Runtime:
    """A runtime over the model in `folder`, as `python -m model_runtime --model` loads it.

    On the CPU unless told otherwise, also where there is a card: what it says is compared with float32.
    """
    runtime = Runtime("m")
    options = serve_options(parser().parse_args(["--model", str(folder), "--threads", "1", *arguments]))
    with patch("model_runtime.server.load.choose_device", return_value=device):
        load_into(runtime, options)
    return runtime


@contextmanager
def serving(runtime: Runtime) -> Iterator[httpx.Client]:
    """A client of the runtime's routes, with its token."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    server = uvicorn.Server(server_config(build_app(runtime, token=TOKEN)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        yield client
    server.should_exit = True
    thread.join(5)
