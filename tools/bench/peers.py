"""Our server and those it is measured against, each as its makers would start it for eight users."""

import os
import secrets
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tools.bench import gguf_file
from tools.bench.client import Endpoint
from tools.bench.servers import NotRun, Server, started
from tools.product import free_port

SLOTS = 8
PEER_THREADS = 2
PEER_CONTEXT = 2048  # tokens a slot
USAGE = {"stream_options": {"include_usage": True}}
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}


def ours(
    folder: Path,
    *,
    quantization: str,
    threads: int,
    slots: int = SLOTS,
    options: tuple[str, ...] = (),
    name: str | None = None,
) -> AbstractContextManager[Server]:
    """`python -m model_runtime`, ready when it has decoded a token."""
    token, port = secrets.token_urlsafe(16), free_port()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "model_runtime",
        "--model",
        folder,
        "--port",
        str(port),
        "--exit-with-parent",
    ]
    command += ["--quantization", quantization, "--threads", str(threads), "--slots", str(slots), *options]
    return started(
        name or f"ours, {'float32' if quantization == 'none' else quantization}",
        command,
        Endpoint(port, folder.name, token),
        env={"RUNTIME_TOKEN": token},
        extra={**USAGE, "ignore_eos": True},
        health="/ready",
    )


def llama(folder: Path, kind: gguf_file.Kind) -> AbstractContextManager[Server]:
    """llama.cpp's server from $LLAMA_SERVER or the path, with the same weights. Raises NotRun."""
    binary = os.environ.get("LLAMA_SERVER") or shutil.which("llama-server")
    if not binary or not Path(binary).exists():
        raise NotRun("llama-server is not on the path, and LLAMA_SERVER does not name it")
    if not gguf_file.available():
        raise NotRun("the package gguf, which writes its weights, is not installed")
    weights, port = folder.parent / f"{folder.name}-{kind}.gguf", free_port()
    if not weights.exists():
        gguf_file.write_gguf(folder, weights, kind)
    command: list[str | Path] = [binary, "-m", weights, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--threads", str(PEER_THREADS), "--parallel", str(SLOTS), "--ctx-size", str(SLOTS * PEER_CONTEXT)]
    return started(
        f"llama.cpp, {kind}",
        command,
        Endpoint(port, "bench"),
        env={},
        extra={**USAGE, "ignore_eos": True},
    )


def transformers(
    folder: Path,
    *,
    batching: bool,
    device: str = "cpu",
    options: tuple[str, ...] = (),
    name: str | None = None,
) -> AbstractContextManager[Server]:
    """`transformers serve`, which cannot be told to go on after an end token; random weights hardly ever say one.

    Raises NotRun.
    """
    binary = shutil.which("transformers", path=str(Path(sys.executable).parent))
    if not binary:
        raise NotRun("transformers' command is not installed beside this Python")
    port = free_port()
    command: list[str | Path] = [binary, "serve", folder, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--device", device, "--continuous-batching" if batching else "--no-continuous-batching", *options]
    threads = str(PEER_THREADS)
    return started(
        name or "transformers serve" + (" --continuous-batching" if batching else ""),
        command,
        Endpoint(port, str(folder)),
        env={**OFFLINE, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads},
        extra={},
    )
