"""Writes the benchmark's checkpoints. Speed does not depend on what weights say, so most have random ones."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from tools.bench import tokenizer as tokenizing
from tools.bench.shape import EOS, PAD, Shape

if TYPE_CHECKING:
    from torch import Tensor

Weights = dict[str, np.ndarray]


def random_weights(shape: Shape, seed: int = 0, scale: float = 0.02) -> Weights:
    """Normal weights as an untrained model has them; norms are one."""
    rng = np.random.default_rng(seed)
    return {
        name: np.ones(size, np.float32)
        if len(size) == 1
        else rng.standard_normal(size, np.float32) * np.float32(scale)
        for name, size in shape.tensors().items()
    }


def random_tensors(shape: Shape, known: int, device: str) -> "dict[str, Tensor]":
    """The same for a card, made on it, in bfloat16. Tokens that the tokenizer does not know, from `known` on, and
    the special ones have no odds: they would be no text."""
    import torch

    torch.manual_seed(0)
    made: dict[str, Tensor] = {}
    for name, size in shape.tensors().items():
        if len(size) == 1:
            made[name] = torch.ones(size, dtype=torch.bfloat16)
            continue
        weight = torch.randn(size, device=device, dtype=torch.bfloat16).mul_(0.02)
        if name == ("model.embed_tokens.weight" if shape.tied else "lm_head.weight"):
            weight[known:] = 0
            weight[: EOS + 1] = 0
        made[name] = weight.cpu()
    return made


def write_checkpoint(
    folder: Path, shape: Shape, weights: "Weights | dict[str, Tensor]", tokenizer: Tokenizer
) -> None:
    """A folder as Hugging Face's are. Raises ValueError when the tokenizer does not fit the shape."""
    if tokenizer.get_vocab_size() > shape.vocabulary:
        raise ValueError(f"The tokenizer has {tokenizer.get_vocab_size()} tokens, the model {shape.vocabulary}.")
    folder.mkdir(parents=True, exist_ok=True)
    save: Any = save_file
    if shape.dtype == "bfloat16":  # which numpy does not know
        from safetensors.torch import save_file as save
    save(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(shape.config()))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": EOS, "pad_token_id": PAD}))
    tokenizing.save(tokenizer, folder)
