"""The command line."""

import argparse
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from model_runtime import bounds
from model_runtime.loading.judging.errors import not_a_folder
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
    card_decoder: bool
    request_timeout: float
    log_requests: bool
    adapters: dict[str, Path]
    drain_seconds: float
    supervised: int | None
    exit_with_parent: bool


def parser() -> argparse.ArgumentParser:
    """All options of `python -m model_runtime`."""
    parser = _Parser(
        prog="python -m model_runtime",
        description="Serves models from local folders by the OpenAI protocol, one (--model), or many that are "
        "loaded and unloaded while it runs (--manager). Nothing is downloaded. RUNTIME_TOKEN is its token.",
        formatter_class=_Defaults,
    )
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--model", type=Path, help="serve the model in this folder")
    mode.add_argument("--manager", action="store_true", help="load and unload models in child processes")
    mode.add_argument("--check", type=Path, metavar="PATH", help="judge a model folder and print JSON")
    mode.add_argument(
        "--facts", type=Path, metavar="PATH", help="print what a folder that needs no trial says of itself, as JSON"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument(
        "--port", type=_whole(bounds.PORT), default=8010, help="port to listen at; 0 takes a free one"
    )
    parser.add_argument("--name", help="the model's id in the protocol; the folder's name if it is not given")
    parser.add_argument("--quantization", choices=QUANTIZATIONS, default="none", help="how weights are kept")
    parser.add_argument(
        "--quantization-backend",
        choices=QUANTIZATION_BACKENDS,
        default="auto",
        help="kernels: auto takes fbgemm for int8 on a CPU, which is fast, and bitsandbytes otherwise",
    )
    parser.add_argument(
        "--threads",
        type=_whole(bounds.THREADS),
        # Threads that fill every core spin against the web process. argparse judges a text as if it had been typed.
        default=os.environ.get("RUNTIME_THREADS") or max(1, (os.cpu_count() or 2) - 1),
        help="CPU threads for the model; RUNTIME_THREADS, or all cores but one",
    )
    parser.add_argument("--slots", type=_whole(bounds.SLOTS), default=8, help="requests that run at once")
    parser.add_argument(
        "--queue-size", type=_whole(bounds.QUEUE_SIZE), default=64, help="requests that may wait; more get 429"
    )
    parser.add_argument(
        "--context-length",
        type=_whole(bounds.CONTEXT_LENGTH),
        default=8192,
        help="upper bound; the model's own may be less",
    )
    parser.add_argument(
        "--draft-tokens",
        type=_whole(bounds.DRAFT_TOKENS),
        default=16,
        metavar="N",
        help="guess at most N tokens ahead where a text repeats itself; answers stay the same, 0 never guesses",
    )
    parser.add_argument(
        "--no-prefix-cache", action="store_true", help="compute every prompt whole, also what a slot still holds"
    )
    parser.add_argument(
        "--card-decoder",
        action="store_true",
        default=os.environ.get("RUNTIME_CARD_DECODER") == "1",
        help="on a card, compute plain decoders with kernels of our own: faster, and not yet measured with many "
        "readers; RUNTIME_CARD_DECODER=1 says the same",
    )
    parser.add_argument(
        "--request-timeout",
        type=_seconds(bounds.TIMEOUT_SECONDS),
        default=600.0,
        help="seconds that an answer may take, its wait included",
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
        type=_seconds(bounds.DRAIN_SECONDS),
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


class _Defaults(argparse.ArgumentDefaultsHelpFormatter):
    """Shows the defaults that say something."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is None or action.default is False or action.default == []:
            return action.help
        return super()._get_help_string(action)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a line, without all options before it."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (--help lists the options)\n")


def refuse_what_cannot_serve(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """End with status 2 if a manager has no folder to load from, or a model is no folder."""
    if arguments.manager and not arguments.root:
        parser.error("--manager needs --root FOLDER: models are loaded from folders under it")
    # One of several may be made later, by who puts the first model there.
    if arguments.root and not any(root.is_dir() for root in arguments.root):
        parser.error(f"--root {arguments.root[0]}: there is no such folder")
    if arguments.model is not None and not arguments.model.is_dir():
        parser.error(f"--model {arguments.model}: {not_a_folder(arguments.model)}")


def serve_options(arguments: argparse.Namespace) -> ServeOptions:
    """The options of `--model`."""
    return ServeOptions(
        model=arguments.model,
        name=arguments.name or arguments.model.resolve().name,
        quantization=arguments.quantization,
        quantization_backend=arguments.quantization_backend,
        host=arguments.host,
        port=arguments.port,
        threads=arguments.threads,
        slots=arguments.slots,
        queue_size=arguments.queue_size,
        context_length=arguments.context_length,
        draft_tokens=arguments.draft_tokens,
        prefix_reuse=not arguments.no_prefix_cache,
        card_decoder=arguments.card_decoder,
        request_timeout=arguments.request_timeout,
        log_requests=arguments.log_requests,
        adapters=dict(arguments.adapter),
        drain_seconds=arguments.drain_seconds,
        supervised=arguments.supervised,
        exit_with_parent=arguments.exit_with_parent,
    )


def shared_words(arguments: argparse.Namespace) -> list[str]:
    """What a manager was told that holds for each of its children, as words of their command line."""
    names = ("threads", "slots", "queue_size", "context_length", "draft_tokens", "request_timeout")
    words = [word for name in names for word in (f"--{name.replace('_', '-')}", str(getattr(arguments, name)))]
    flags = ("no_prefix_cache", "card_decoder", "log_requests")
    return words + [f"--{name.replace('_', '-')}" for name in flags if getattr(arguments, name)]


def _adapter(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not name or not equals or not path:
        raise argparse.ArgumentTypeError("must look like NAME=PATH")
    return name, Path(path)


def _whole(allowed: tuple[int, int]) -> Callable[[str], int]:
    least, most = allowed

    def read(text: str) -> int:
        # int() would also take "1_0", " 8" and digits of other scripts.
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def _seconds(allowed: tuple[float, float]) -> Callable[[str], float]:
    least, most = allowed

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not least <= number <= most:  # NaN is in no range
            raise argparse.ArgumentTypeError(f"must be seconds from {least:g} to {most:g}, not {text!r}")
        return number

    return read
