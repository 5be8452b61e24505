"""Which kernels compute a model, and how transformers is told so."""

from typing import Any, Literal

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.quantizations import Quantization, QuantizationBackend

Kernels = Literal["float32", "bfloat16", "fbgemm", "bitsandbytes"]

# Embeddings and the layers that tell classes apart stay as they are: they are small, and the most sensitive.
KEPT = ["embed_tokens", "classifier", "score"]
# As its own default is: tied to the embeddings, an output layer must stay what these are.
_KEPT_BY_BITSANDBYTES = [*KEPT, "lm_head"]


def choose_kernels(quantization: Quantization, device: str, wish: QuantizationBackend) -> Kernels:
    """What multiplies the weights. Raises ModelRefused for a wish that cannot be met."""
    if quantization == "none":
        return "float32" if device == "cpu" else "bfloat16"
    if wish == "fbgemm" and (quantization != "int8" or device != "cpu"):
        raise ModelRefused("The quantization backend fbgemm computes int8 on a CPU only; choose auto.")
    fast = quantization == "int8" and device == "cpu" and wish != "bitsandbytes"
    return "fbgemm" if fast else "bitsandbytes"


def quantization_arguments(quantization: Quantization, kernels: Kernels, device: str) -> dict[str, Any]:
    """Arguments for transformers' `from_pretrained`; empty unless bitsandbytes quantizes."""
    if kernels != "bitsandbytes":
        return {}
    import torch
    from transformers import BitsAndBytesConfig

    if quantization == "int8":
        config = BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=_KEPT_BY_BITSANDBYTES)
    else:
        config = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.float32 if device == "cpu" else torch.bfloat16,
            llm_int8_skip_modules=_KEPT_BY_BITSANDBYTES,
        )
    return {"quantization_config": config}
