"""Makes what answers chat and completions from a loaded module, and lets it write once."""

import json
import threading
from pathlib import Path
from typing import Any

from model_runtime.backends.base import Sampling
from model_runtime.engine.loop import Engine
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits
from model_runtime.loading.errors import ModelRefused
from model_runtime.options import ServeOptions
from model_runtime.server.runtime import Generator


def make_generator(module: Any, folder: Path, context_length: int, options: ServeOptions) -> Generator:
    """An engine over `module`, with its tokenizer and grammars. Raises ModelRefused."""
    from model_runtime.backends.grammar import GrammarCompiler
    from model_runtime.backends.transformers.backend import TransformersBackend
    from model_runtime.loading.tokenizer import ChatTokenizer

    tokenizer = ChatTokenizer(folder)
    vocab_size = int(module.config.vocab_size)
    if tokenizer.vocab_size > vocab_size:
        raise ModelRefused(f"The tokenizer has {tokenizer.vocab_size} tokens, the model only {vocab_size}.")
    recommended = _recommended(folder)
    eos = _end_tokens(recommended, module.config, tokenizer.eos)
    grammars = GrammarCompiler(tokenizer.to_json(), eos, vocab_size)

    def token_bytes(token: int) -> bytes:
        return b"" if tokenizer.is_control(token) else grammars.token_bytes(token)

    backend = TransformersBackend(
        module,
        eos=eos,
        token_bytes=token_bytes,
        context_length=min(context_length, options.context_length),
        slots=options.slots,
    )
    engine = Engine(backend, queue_size=options.queue_size)
    defaults: dict[str, float] = {
        key: float(recommended[key]) for key in ("temperature", "top_p", "top_k") if key in recommended
    }
    return Generator(engine, tokenizer, grammars, vocab_size, token_bytes, defaults)


def _recommended(folder: Path) -> dict[str, Any]:
    side = folder / "generation_config.json"
    recommended: dict[str, Any] = json.loads(side.read_text()) if side.is_file() else {}
    return {key: value for key, value in recommended.items() if value is not None}


def _end_tokens(recommended: dict[str, Any], config: Any, tokenizer_eos: int | None) -> frozenset[int]:
    """All tokens that end an answer, from the three places where folders name them."""
    named: set[int] = set()
    for value in (recommended.get("eos_token_id"), getattr(config, "eos_token_id", None), tokenizer_eos):
        named |= set(value) if isinstance(value, list) else {value} if value is not None else set()
    if not named:
        raise ModelRefused("No end token is named in generation_config.json, config.json or the tokenizer.")
    return frozenset(named)


def warm(engine: Engine, tokens: int = 8) -> float:
    """Decode a few tokens; tokens a second. Raises RuntimeError when the model fails."""
    done = threading.Event()
    seen: list[Event] = []

    def deliver(events: list[Event]) -> None:
        seen.extend(events)
        if isinstance(events[-1], Finished):
            done.set()

    limits = Limits(min(tokens, engine.context_length - 1), ignore_eos=True)
    engine.submit(GenerationRequest([0], Sampling(temperature=0), limits, deliver))
    done.wait()
    finished = seen[-1]
    if not isinstance(finished, Finished) or finished.error:
        raise RuntimeError(f"the first token failed: {finished}")
    return round((finished.completion_tokens - 1) / max(finished.decode_ms / 1e3, 1e-6), 1)
