"""Loads the one model of this process and makes it answer once."""

import logging
import time

from model_runtime.loading.device import choose_device
from model_runtime.loading.fit import require_memory, with_adapters
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.finite import check_finite
from model_runtime.loading.memory import give_back
from model_runtime.loading.quantization import choose_kernels
from model_runtime.options import ServeOptions
from model_runtime.server.runtime import Runtime

logger = logging.getLogger(__name__)


def load_into(runtime: Runtime, options: ServeOptions) -> None:
    """Check, load, warm up; `runtime` is ready afterwards. Raises ModelRefused, or what loading raises."""
    began = time.perf_counter()
    folder = options.model.resolve()
    facts = with_adapters(check_folder(folder), options.adapters)

    device = choose_device()
    kernels = choose_kernels(options.quantization, device, options.quantization_backend)
    require_memory(facts, options.quantization, device)
    check_finite(folder)
    dtype = "float32" if device == "cpu" else "bfloat16"
    runtime.report |= {"kind": facts.kind, "device": device, "dtype": dtype, "kernels": kernels}
    if facts.labels is not None:
        runtime.report["labels"] = list(facts.labels.names)
    if facts.kind == "generator":
        from model_runtime.server.load_generator import make_generator, measure

        runtime.adapters = tuple(options.adapters)
        runtime.report["adapters"] = list(options.adapters)
        made = make_generator(folder, facts, kernels, device, options)
        runtime.generator, runtime.memory_bytes, runtime.report["kernels"] = made
        runtime.report |= measure(runtime.generator.engine)
        runtime.decode_tokens_per_second = runtime.report["decode_tokens_per_second"]
        engine = runtime.generator.engine
        runtime.report |= {"slots": engine.slots, "context_length": engine.context_length}
    elif options.adapters:
        raise ModelRefused("Adapters go with models that write text.")
    else:
        from model_runtime.server.load_pooled import load_pooled

        load_pooled(runtime, folder, facts, kernels, device, options)
    give_back()
    runtime.load_seconds = round(time.perf_counter() - began, 2)
    runtime.state = "ready"
