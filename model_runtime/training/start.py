"""Initial weights that make matching words easy to learn on little data."""

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from model_runtime.training.network import Attention, Network, Shape
from model_runtime.training.text import match_key

MATCHING_LAYERS = 3
# Deviations of the normal start: token embeddings, maps back into the stream; other maps keep unit variance.
EMBEDDING, BACK = 0.05, 0.01
# How much of a word form's embedding is its stem's; the rest keeps the norm.
SHARED, OWN = 0.9, 0.43


@torch.no_grad()
def initialise(network: Network, tokenizer: Tokenizer, seed: int) -> None:
    """Small normal weights, and two aids: tokens of one word stem (any case, with or without a space) start with
    nearly the same embedding, and in the lower layers half of the heads start with equal query and key maps,
    so that a token attends to its like (as in mimetic initialisation, Trockman and Kolter 2023)."""
    generator = torch.Generator().manual_seed(seed)

    def fill(weight: Tensor, deviation: float) -> None:
        weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)

    for name, parameter in network.named_parameters():
        if parameter.dim() == 2:
            back = name.endswith(("o_proj.weight", "down_proj.weight"))
            fill(parameter, BACK if back else Shape.hidden**-0.5)
        else:
            nn.init.ones_(parameter)
    fill(network.embed_tokens.weight, EMBEDDING)
    _share_stems(network.embed_tokens.weight, tokenizer)
    for attention in network.attentions()[:MATCHING_LAYERS]:
        _match_heads(attention)


def _share_stems(weight: Tensor, tokenizer: Tokenizer) -> None:
    """Move the embeddings of a stem's word forms close to that of the first."""
    firsts: dict[str, int] = {}
    for index in range(tokenizer.get_vocab_size()):
        text = tokenizer.decode([index], skip_special_tokens=False)
        key = match_key(text) or text.strip().lower()
        if key.isalnum():
            first = firsts.setdefault(key, index)
            if first != index:
                weight[index] = SHARED * weight[first] + OWN * weight[index]


def _match_heads(attention: Attention) -> None:
    """Give the first query head of every group the map of its keys."""
    keys = attention.k_proj.weight.view(Shape.groups, Shape.head, Shape.hidden)
    queries = attention.q_proj.weight.view(Shape.heads, Shape.head, Shape.hidden)
    for group in range(Shape.groups):
        queries[group * (Shape.heads // Shape.groups)].copy_(keys[group])
