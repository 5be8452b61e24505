"""Our engine in this process, for what a server does not show: single steps, and the numbers of tokens."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model_runtime.backends.base import Constraint, Sampling
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits, Piece, Token

if TYPE_CHECKING:
    from model_runtime.server.runtime import Generator

GREEDY = Sampling(temperature=0)


def loaded(folder: Path, quantization: str, *options: str) -> "Generator":
    """What answers, loaded as `python -m model_runtime` does with these options."""
    from model_runtime.options import parser, serve_options
    from model_runtime.server.load import load_into
    from model_runtime.server.runtime import Runtime

    words = ["--model", str(folder), "--quantization", quantization, *options]
    runtime = Runtime(folder.name, quantization)
    load_into(runtime, serve_options(parser().parse_args(words)))
    assert runtime.generator is not None
    return runtime.generator


def written(
    generator: "Generator", prompt: Sequence[int], limits: Limits, constraint: Constraint | None = None
) -> list[Token]:
    """The tokens of one greedy answer. Raises RuntimeError when it failed."""
    tokens: list[Token] = []
    ended = threading.Event()
    last: list[Finished] = []

    def take(events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Piece):
                tokens.extend(event.tokens)
            else:
                last.append(event)
                ended.set()

    generator.engine.submit(GenerationRequest(prompt, GREEDY, limits, take, constraint=constraint))
    if not ended.wait(120) or last[0].error:
        raise RuntimeError(f"the engine gave no answer: {last}")
    return tokens
