"""Makes what answers chat and completions, and measures it."""

import threading
from pathlib import Path
from typing import Any

from model_runtime.backends.base import Backend, Sampling
from model_runtime.backends.card.available import compiles
from model_runtime.backends.decoder.backend import DecoderBackend
from model_runtime.backends.decoder.load import load_decoder
from model_runtime.backends.decoder.shape import supports
from model_runtime.backends.grammar import GrammarCompiler
from model_runtime.engine.loop import Engine
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits
from model_runtime.loading.adapters import read_adapter
from model_runtime.loading.fit import slots_that_fit
from model_runtime.loading.judging.check import Facts
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import read_weights
from model_runtime.loading.judging.recommended import read_recommended, sampling_of
from model_runtime.loading.memory import footprint, keep_large_blocks
from model_runtime.loading.multimodal import ImagePrompter
from model_runtime.loading.plain_config import read_config
from model_runtime.loading.quantization import Kernels
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.options import ServeOptions
from model_runtime.server.answering.images import ImageReading
from model_runtime.server.runtime import Generator

PREFILL_TOKENS = {"cpu": 512, "cuda": 4096}
"""The most prompt tokens of a step: what keeps the device busy."""


def make_generator(
    folder: Path, facts: Facts, kernels: Kernels, device: str, options: ServeOptions
) -> tuple[Generator, int, str]:
    """An engine over a checked folder, with its tokenizer and grammars; bytes of the weights, and their kernels.

    Raises ModelRefused.
    """
    keep_large_blocks()
    config = read_config(folder)
    tokenizer = ChatTokenizer(folder, parts=facts.vision is not None)
    vocab_size = int(config.vocab_size)
    if tokenizer.vocab_size > vocab_size:
        raise ModelRefused(f"The tokenizer has {tokenizer.vocab_size} tokens, the model only {vocab_size}.")
    recommended = read_recommended(folder)
    eos = _end_tokens(recommended, config, tokenizer.eos)
    grammars = GrammarCompiler(tokenizer.to_json(), eos, vocab_size)

    def token_bytes(token: int) -> bytes:
        return b"" if tokenizer.is_control(token) else grammars.token_bytes(token)

    context_length = min(facts.context_length, options.context_length)
    slots = slots_that_fit(facts, options.quantization, device, wanted=options.slots, context_length=context_length)
    common: dict[str, Any] = {
        "eos": eos,
        "token_bytes": token_bytes,
        "context_length": context_length,
        "slots": slots,
    }
    weights = read_weights(folder)
    if facts.vision is not None and options.adapters:
        raise ModelRefused("Adapters go with models of text only.")
    adapters = [read_adapter(name, path.resolve(), weights) for name, path in options.adapters.items()]
    images: ImageReading | None = None
    backend: Backend
    lean = not adapters and facts.vision is None and supports(config)
    if lean and device == "cpu" and kernels in ("float32", "fbgemm"):
        decoder = load_decoder(
            folder,
            config,
            int8=kernels == "fbgemm",
            slots=slots,
            context_length=context_length,
            threads=options.threads,
        )
        backend, size = DecoderBackend(decoder, **common), decoder.nbytes
        multiplies: str = "numba" if kernels == "fbgemm" else kernels
    elif lean and device == "cuda" and _on_card(options):
        from model_runtime.backends.card.load import load_card_decoder
        from model_runtime.backends.recording import CudaRecorder
        from model_runtime.loading.weights import prepare_torch

        prepare_torch(options.threads)
        on_card = load_card_decoder(
            folder,
            config,
            quantization=options.quantization,
            slots=slots,
            context_length=context_length,
            record=CudaRecorder(),
        )
        on_card.warm()
        backend, size = DecoderBackend(on_card, **common), on_card.nbytes
        multiplies = "triton" if options.quantization == "int8" else kernels
    else:
        from model_runtime.backends.transformers.backend import TransformersBackend
        from model_runtime.loading.weights import load_module, prepare_torch

        prepare_torch(options.threads)
        module = load_module(
            folder,
            quantization=options.quantization,
            kernels=kernels,
            device=device,
            architecture=facts.architecture,
        )
        backend = TransformersBackend(module, adapters=adapters, **common)
        size, multiplies = footprint(module), kernels
        if facts.vision is not None and backend.images is not None:
            images = ImageReading(ImagePrompter(facts.vision, tokenizer), backend.images.see)
    engine = Engine(
        backend,
        queue_size=options.queue_size,
        prefill_tokens=PREFILL_TOKENS[device],
        draft_tokens=options.draft_tokens,
        prefix_reuse=options.prefix_reuse,
    )
    defaults = sampling_of(recommended)
    return Generator(engine, tokenizer, grammars, vocab_size, token_bytes, defaults, images), size, multiplies


def _on_card(options: ServeOptions) -> bool:
    """Whether kernels of our own are asked for, and can be made."""
    others = options.quantization == "int8" and options.quantization_backend == "bitsandbytes"
    return options.card_decoder and not others and compiles()


def _end_tokens(recommended: dict[str, Any], config: Any, tokenizer_eos: int | None) -> frozenset[int]:
    """All tokens that end an answer, from the three places where folders name them."""
    named: set[int] = set()
    for value in (recommended.get("eos_token_id"), getattr(config, "eos_token_id", None), tokenizer_eos):
        named |= set(value) if isinstance(value, list) else {value} if value is not None else set()
    if not named:
        raise ModelRefused("No end token is named in generation_config.json, config.json or the tokenizer.")
    return frozenset(named)


def measure(engine: Engine) -> dict[str, float]:
    """Tokens a second of one sequence, read and written; proves that the model answers.

    Raises ModelRefused when it does not.
    """
    half = max(1, engine.context_length // 2)
    _generate(engine, [0], 2)  # the first pass of a process is slow
    prompt, written = min(256, half), min(16, half)
    # No two tokens alike, and drawn at random: what repeats itself is guessed, and would look faster than it is.
    finished = _generate(engine, [index * 37 % 257 for index in range(prompt)], written)
    return {
        "prefill_tokens_per_second": round(prompt / max(finished.first_token_ms / 1e3, 1e-6), 1),
        "decode_tokens_per_second": round((written - 1) / max(finished.decode_ms / 1e3, 1e-6), 1),
    }


def _generate(engine: Engine, prompt: list[int], count: int) -> Finished:
    done = threading.Event()
    seen: list[Event] = []

    def deliver(events: list[Event]) -> None:
        seen.extend(events)
        if isinstance(events[-1], Finished):
            done.set()

    limits = Limits(min(count, engine.context_length - len(prompt)), ignore_eos=True)
    engine.submit(GenerationRequest(prompt, Sampling(), limits, deliver, probe=True))
    done.wait()
    finished = seen[-1]
    assert isinstance(finished, Finished)  # noqa: S101  # what is delivered last
    if finished.error:
        raise ModelRefused(f"The model was loaded but cannot write: {finished.error}")
    return finished
