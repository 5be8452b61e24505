"""Loads the one model of this process and makes it answer once."""

import logging
import time

from model_runtime.engine.embedding import EmbeddingEngine
from model_runtime.loading.check import check_folder
from model_runtime.loading.fit import require_memory
from model_runtime.options import ServeOptions
from model_runtime.server.runtime import Runtime

logger = logging.getLogger(__name__)


def load_into(runtime: Runtime, options: ServeOptions) -> None:
    """Check, load, warm up; `runtime` is ready afterwards. Raises ModelRefused, or what loading raises."""
    began = time.perf_counter()
    folder = options.model.resolve()
    facts = check_folder(folder)

    import torch

    from model_runtime.loading.weights import choose_device, load_module

    torch.set_num_threads(options.threads)
    device = choose_device()
    require_memory(facts, options.quantization, device)
    module = load_module(folder, quantization=options.quantization, device=device, causal=facts.causal)
    if facts.causal:
        from model_runtime.server.load_generator import make_generator, warm

        runtime.generator = make_generator(module, folder, facts.context_length, options)
        runtime.decode_tokens_per_second = warm(runtime.generator.engine)
    else:
        from model_runtime.backends.encoder import TransformersEncoder

        encoder = TransformersEncoder(module, folder)
        encoder.embed(encoder.tokenize(["warm"]))
        runtime.encoder = EmbeddingEngine(encoder, queue_size=options.queue_size)
    runtime.memory_bytes = int(module.get_memory_footprint())
    runtime.load_seconds = round(time.perf_counter() - began, 2)
    runtime.state = "ready"
