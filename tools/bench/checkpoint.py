"""Writes the benchmark's checkpoints. Speed does not depend on what weights say, so most have random ones."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from tools.bench import tokenizer as tokenizing
from tools.bench.shape import EOS, PAD, Shape

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


def write_checkpoint(folder: Path, shape: Shape, weights: Weights, tokenizer: Tokenizer) -> None:
    """A folder as Hugging Face's are. Raises ValueError when the tokenizer does not fit the shape."""
    if tokenizer.get_vocab_size() != shape.vocabulary:
        raise ValueError(f"The tokenizer has {tokenizer.get_vocab_size()} tokens, not {shape.vocabulary}.")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(shape.config()))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": EOS, "pad_token_id": PAD}))
    tokenizing.save(tokenizer, folder)
