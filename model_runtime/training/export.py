"""The export stage: weights and configuration in the form transformers loads."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM

from model_runtime.training.examples.prompt import END, PAD
from model_runtime.training.network.network import EPSILON, Network, Shape
from model_runtime.training.sequences.tokens import CONTEXT, save_tokenizer, token_id


def to_transformers(network: Network, tokenizer: Tokenizer) -> Qwen3ForCausalLM:
    """The same weights as a Qwen3ForCausalLM in bfloat16."""
    end, pad = token_id(tokenizer, END), token_id(tokenizer, PAD)
    config = Qwen3Config(
        vocab_size=network.embed_tokens.num_embeddings,
        hidden_size=Shape.hidden,
        intermediate_size=Shape.inner,
        num_hidden_layers=Shape.layers,
        num_attention_heads=Shape.heads,
        num_key_value_heads=Shape.groups,
        head_dim=Shape.head,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=EPSILON,
        rope_parameters={"rope_type": "default", "rope_theta": Shape.theta},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=pad,
        dtype="bfloat16",
    )
    model = Qwen3ForCausalLM(config).to(torch.bfloat16)
    missing, unexpected = model.model.load_state_dict(network.state_dict(), strict=False)
    if missing or unexpected:
        raise ValueError(f"Weights do not fit Qwen3: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    model.generation_config = GenerationConfig(do_sample=False, eos_token_id=end, pad_token_id=pad)
    return model


def export(network: Network, tokenizer: Tokenizer, folder: Path) -> int:
    """Write the model folder; returns its size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    to_transformers(network, tokenizer).save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return sum(path.stat().st_size for path in folder.iterdir())
