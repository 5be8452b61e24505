"""Initial weights that make matching words easy to learn on little data."""

import torch
from tokenizers import Tokenizer
from torch import nn

from model_runtime.training.network import Network, Shape
from model_runtime.training.text import match_key

MATCHING_LAYERS = 3


def initialise(network: Network, tokenizer: Tokenizer, seed: int) -> None:
    """Small normal weights, and two aids: tokens of one word stem (any case, with or without a space) start with
    nearly the same embedding, and in the lower layers half of the heads start with equal query and key maps,
    so that a token attends to its like (as in mimetic initialisation, Trockman and Kolter 2023)."""
    generator = torch.Generator().manual_seed(seed)

    def normal(weight: torch.Tensor, deviation: float) -> None:
        weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)

    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.dim() == 2:
                small = name.endswith(("o_proj.weight", "down_proj.weight"))
                normal(parameter, 0.01 if small else Shape.hidden**-0.5)
            else:
                nn.init.ones_(parameter)
        _embeddings(network.embed_tokens.weight, tokenizer, normal)
        repeat = Shape.heads // Shape.groups
        for layer in list(network.layers)[:MATCHING_LAYERS]:
            keys = layer.self_attn.k_proj.weight.view(Shape.groups, Shape.head, Shape.hidden)
            queries = layer.self_attn.q_proj.weight.view(Shape.heads, Shape.head, Shape.hidden)
            for group in range(Shape.groups):
                queries[group * repeat].copy_(keys[group])


def _embeddings(weight: torch.Tensor, tokenizer: Tokenizer, normal) -> None:  # type: ignore[no-untyped-def]
    normal(weight, 0.05)
    shared: dict[str, int] = {}
    for index in range(tokenizer.get_vocab_size()):
        text = tokenizer.decode([index], skip_special_tokens=False)
        key = match_key(text) or text.strip().lower()
        if key.isalnum():
            first = shared.setdefault(key, index)
            if first != index:
                weight[index] = 0.9 * weight[first] + 0.43 * weight[index]
