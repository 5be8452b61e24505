"""How much memory a model will take, from config and headers alone."""

from typing import Any

from model_runtime.loading.judging.architectures import PLAIN_DECODERS
from model_runtime.loading.judging.safetensors_header import Tensor
from model_runtime.loading.judging.shapes import LAYER

FLOAT32 = 4
# Bytes a weight of a linear layer takes: int8 is one byte, nf4 half of one and a float32 scale for 64.
LINEAR_BYTES = {"none": 4.0, "int8": 1.0, "nf4": 0.5 + 4 / 64}
CONVERSATION = 4096
"""Tokens of the one conversation for which a model that writes must have room."""
BATCH_TOKENS = 1024
"""What pooled models compute at once: tokens of texts, or patches of 16 × 16 pixels of images."""
PATCH = 16
_PIXEL_BYTES = 768
_MOST_INT8_INPUTS = 1 << 17
"""Products of -127 to 127 are added up in int32, which 133,144 of them can fill."""


def estimate_bytes(tensors: list[Tensor], working: int) -> dict[str, int]:
    """Bytes on a CPU for each quantization that makes the model smaller: weights, and `working` beside them."""
    layers = [tensor for tensor in tensors if _is_linear(tensor)]
    linear = sum(tensor.elements for tensor in layers)
    rest = sum(tensor.elements for tensor in tensors) - linear
    possible = {name: size for name, size in LINEAR_BYTES.items() if name == "none" or _is_possible(name, layers)}
    return {name: int(linear * size + rest * FLOAT32) + working for name, size in possible.items()}


def with_tied_head(estimated: dict[str, int], config: dict[str, Any], tensors: list[Tensor]) -> dict[str, int]:
    """The estimates of a model that writes, where its output layer is the embedding table and the lean decoder has
    both: the table as it is in the file, and the layer in the form it multiplies with."""
    if config["model_type"] not in PLAIN_DECODERS or any(tensor.name == "lm_head.weight" for tensor in tensors):
        return estimated
    table = next(tensor for tensor in tensors if tensor.name.endswith("embed_tokens.weight"))
    more = {
        name: max(0, table.end - table.begin + int((LINEAR_BYTES[name] - FLOAT32) * table.elements))
        for name in estimated.keys() - {"nf4"}
    }
    return {name: size + more.get(name, 0) for name, size in estimated.items()}


def position_bytes(config: dict[str, Any]) -> int:
    """What one token of a conversation takes in the cache of keys and values."""
    heads = config.get("num_key_value_heads") or config["num_attention_heads"]
    size = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    return int(2 * config["num_hidden_layers"] * heads * size * FLOAT32)


def text_bytes(config: dict[str, Any], window: int) -> int:
    """What reading a full batch of texts takes: a layer's states, and the attention of short windows."""
    tokens = max(BATCH_TOKENS, min(window, 8192))
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    inner = config.get("intermediate_size") or 4 * hidden
    states = tokens * (8 * hidden + 3 * inner)
    return (states + 3 * tokens * heads * min(window, 512)) * FLOAT32


def image_bytes(height: int, width: int) -> int:
    """What a full batch of images takes; measured: Swin and MobileNet take the most, 640 bytes a pixel."""
    return images_at_once(height, width) * height * width * _PIXEL_BYTES


def image_tokens(height: int, width: int) -> int:
    """What one image counts for in a batch."""
    return max(1, (height // PATCH) * (width // PATCH))


def images_at_once(height: int, width: int) -> int:
    """Images in a full batch."""
    return max(1, BATCH_TOKENS // image_tokens(height, width))


def _is_linear(tensor: Tensor) -> bool:
    return len(tensor.shape) == 2 and tensor.name.endswith(".weight") and bool(LAYER.search(tensor.name))


def _is_possible(quantization: str, layers: list[Tensor]) -> bool:
    """Convolutions are never quantized; the kernels of nf4 take rows by 32 and columns by 64."""
    if quantization == "int8" and any(tensor.shape[1] > _MOST_INT8_INPUTS for tensor in layers):
        return False
    if quantization == "nf4" and any(tensor.shape[0] % 32 or tensor.shape[1] % 64 for tensor in layers):
        return False
    return bool(layers)
