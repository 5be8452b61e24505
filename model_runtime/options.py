"""The command line."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from model_runtime.quantizations import QUANTIZATION_BACKENDS, QUANTIZATIONS, Quantization, QuantizationBackend


@dataclass(frozen=True)
class ServeOptions:
    """How to serve one model."""

    model: Path
    name: str
    quantization: Quantization
    quantization_backend: QuantizationBackend
    host: str
    port: int
    threads: int
    slots: int
    queue_size: int
    context_length: int
    draft_tokens: int
    prefix_reuse: bool
    request_timeout: float
    log_requests: bool
    adapters: dict[str, Path]
    drain_seconds: float
    supervised: int | None
    exit_with_parent: bool


def parser() -> argparse.ArgumentParser:
    """All options of `python -m model_runtime`."""
    parser = argparse.ArgumentParser(prog="python -m model_runtime", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--model", type=Path, help="serve the model in this folder")
    mode.add_argument("--manager", action="store_true", help="load and unload models in child processes")
    mode.add_argument("--check", type=Path, metavar="PATH", help="judge a model folder and print JSON")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--name", help="the model's id in the protocol (default: the folder's name)")
    parser.add_argument("--quantization", choices=QUANTIZATIONS, default="none")
    parser.add_argument(
        "--quantization-backend",
        choices=QUANTIZATION_BACKENDS,
        default="auto",
        help="kernels: auto takes fbgemm for int8 on a CPU, which is fast, and bitsandbytes otherwise",
    )
    parser.add_argument("--threads", type=int, default=default_threads(), help="CPU threads for the model")
    parser.add_argument("--slots", type=int, default=8, help="requests that run at once")
    parser.add_argument("--queue-size", type=int, default=64, help="requests that may wait; more get 429")
    parser.add_argument("--context-length", type=int, default=8192, help="upper bound; the model's own may be less")
    parser.add_argument(
        "--draft-tokens",
        type=int,
        default=16,
        metavar="N",
        help="guess at most N tokens ahead where a text repeats itself; answers stay the same, 0 never guesses",
    )
    parser.add_argument(
        "--no-prefix-cache", action="store_true", help="compute every prompt whole, also what a slot still holds"
    )
    parser.add_argument(
        "--request-timeout", type=float, default=600.0, help="seconds that an answer may take, its wait included"
    )
    parser.add_argument(
        "--log-requests", action="store_true", help="a JSON line on standard error for each answer, never any text"
    )
    parser.add_argument(
        "--adapter",
        type=_adapter,
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="a LoRA adapter's folder, which requests name as MODEL:NAME; may be repeated",
    )
    parser.add_argument(
        "--drain-seconds",
        type=float,
        default=30.0,
        help="how long running answers may take to end after SIGTERM, before the process ends",
    )
    parser.add_argument(
        "--root", type=Path, action="append", default=[], help="manager: folders may be loaded from here"
    )
    parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input closes")
    # The manager hands its children a listening socket: no port is guessed, and none can be stolen.
    parser.add_argument("--supervised", type=int, metavar="FD", help=argparse.SUPPRESS)
    return parser


def serve_options(arguments: argparse.Namespace) -> ServeOptions:
    """The options of `--model`."""
    return ServeOptions(
        model=arguments.model,
        name=arguments.name or arguments.model.resolve().name,
        quantization=arguments.quantization,
        quantization_backend=arguments.quantization_backend,
        host=arguments.host,
        port=arguments.port,
        threads=max(1, arguments.threads),
        slots=max(1, arguments.slots),
        queue_size=max(0, arguments.queue_size),
        context_length=arguments.context_length,
        draft_tokens=max(0, arguments.draft_tokens),
        prefix_reuse=not arguments.no_prefix_cache,
        request_timeout=arguments.request_timeout,
        log_requests=arguments.log_requests,
        adapters=dict(arguments.adapter),
        drain_seconds=max(0.0, arguments.drain_seconds),
        supervised=arguments.supervised,
        exit_with_parent=arguments.exit_with_parent,
    )


def shared_words(arguments: argparse.Namespace) -> list[str]:
    """What a manager was told that holds for each of its children, as words of their command line."""
    names = ("threads", "slots", "queue_size", "context_length", "draft_tokens", "request_timeout")
    words = [word for name in names for word in (f"--{name.replace('_', '-')}", str(getattr(arguments, name)))]
    flags = ("no_prefix_cache", "log_requests")
    return words + [f"--{name.replace('_', '-')}" for name in flags if getattr(arguments, name)]


def _adapter(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not name or not equals or not path:
        raise argparse.ArgumentTypeError("must look like NAME=PATH")
    return name, Path(path)


def default_threads() -> int:
    """RUNTIME_THREADS, or all cores but one: threads that fill every core spin against the web process."""
    configured = os.environ.get("RUNTIME_THREADS", "")
    return int(configured) if configured.isdigit() else max(1, (os.cpu_count() or 2) - 1)
