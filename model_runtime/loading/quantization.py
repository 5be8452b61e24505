"""Quantization through bitsandbytes: none, int8 or nf4."""

from typing import Any

from model_runtime.quantizations import Quantization

# The output layer and the embeddings stay as they are: they are small, tied, and the most sensitive.
KEPT = ["lm_head", "embed_tokens"]


def quantization_arguments(quantization: Quantization, device: str) -> dict[str, Any]:
    """Arguments for transformers' `from_pretrained`; empty for "none"."""
    if quantization == "none":
        return {}
    import torch
    from transformers import BitsAndBytesConfig

    if quantization == "int8":
        config = BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=KEPT)
    else:
        config = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.float32 if device == "cpu" else torch.bfloat16,
            llm_int8_skip_modules=KEPT,
        )
    return {"quantization_config": config}
