"""Initial weights that can match words before the first step, so that little data is enough."""

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from model_runtime.training.examples.text import match_key
from model_runtime.training.network.network import Attention, Network, Shape
from model_runtime.training.sequences.tokens import GAP, token_id

# Deviations of the normal start: token embeddings, maps back into the stream; other maps keep unit variance.
EMBEDDING, BACK = 0.05, 0.001
# How much of a word form's embedding is its stem's; the rest keeps the norm.
SHARED, OWN = 0.9, 0.43
# Stream dimensions set apart: a constant, the mark of the gap between question and sentences, "after the gap",
# and the mean of that over a token's likes.
CONSTANT, GAP_MARK, AFTER_GAP, LIKES = range(4)
# Rotary pairs that hardly turn within a prompt, where likeness survives distance.
SLOW = 7
MATCHING_LAYERS = 3
SHARPNESS = 1.5


@torch.no_grad()
def initialise(network: Network, tokenizer: Tokenizer, seed: int, words: Tensor | None = None) -> None:
    """Small normal weights, and three aids that training may keep or undo. `words` are meanings to begin with, of
    `words.word_vectors`.

    Tokens of one word stem (any case, with or without a space) start with nearly the same embedding. In the lower
    layers the first head of every group has equal query and key maps, so that a token attends to its likes (as in
    mimetic initialisation, Trockman and Kolter 2023). The last group of the first layer looks for the gap between
    question and sentences, and a head of the second layer averages what it found over a token's likes: a word of
    a sentence that stands in the question too gets a lower mean than one that does not.
    """
    generator = torch.Generator().manual_seed(seed)

    def fill(weight: Tensor, deviation: float) -> None:
        weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)

    for name, parameter in network.named_parameters():
        if parameter.dim() == 2:
            back = name.endswith(("o_proj.weight", "down_proj.weight"))
            fill(parameter, BACK if back else Shape.hidden**-0.5)
            if back:
                parameter[: LIKES + 1] = 0.0
        else:
            nn.init.ones_(parameter)
    embedding = network.embed_tokens.weight
    fill(embedding, EMBEDDING)
    _share_stems(embedding, tokenizer)
    if words is not None:
        _give_meanings(embedding, words)
    embedding[:, : LIKES + 1] = 0.0
    embedding[:, CONSTANT] = 4 * EMBEDDING
    embedding[token_id(tokenizer, GAP), GAP_MARK] = 8 * EMBEDDING
    attentions = network.attentions()
    for attention in attentions[:MATCHING_LAYERS]:
        _match_heads(attention)
    _see_gap(attentions[0])
    _average_likes(attentions[1])


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


def _give_meanings(weight: Tensor, words: Tensor) -> None:
    """Put the meanings where they are known, beside what the words have of their own."""
    known = words.any(dim=1)
    width = words.shape[1]
    weight[known] *= OWN
    weight[known, -width:] += SHARED * EMBEDDING * Shape.hidden**0.5 * words[known]


def _match_heads(attention: Attention) -> None:
    """Give the first query head of every group the map of its keys, on content and slow rotary pairs only."""
    keys = attention.k_proj.weight.view(Shape.groups, Shape.head, Shape.hidden)
    queries = attention.q_proj.weight.view(Shape.heads, Shape.head, Shape.hidden)
    half = Shape.head // 2
    for group in range(Shape.groups):
        keys[group, :, : LIKES + 1] = 0.0
        keys[group, :SLOW] = 0.0
        keys[group, half : half + SLOW] = 0.0
        queries[group * (Shape.heads // Shape.groups)].copy_(keys[group])
    attention.q_norm.weight.fill_(SHARPNESS)
    attention.k_norm.weight.fill_(SHARPNESS)


def _see_gap(attention: Attention) -> None:
    """Let the first head of the last group find the gap token and write AFTER_GAP where there is one before."""
    group = Shape.groups - 1
    head = group * (Shape.heads // Shape.groups)
    slow = [dimension for half in (0, Shape.head // 2) for dimension in range(half + 12, half + 16)]
    query = attention.q_proj.weight.view(Shape.heads, Shape.head, Shape.hidden)[head]
    key = attention.k_proj.weight.view(Shape.groups, Shape.head, Shape.hidden)[group]
    query.zero_()
    query[slow, CONSTANT] = 1.0
    key[slow, GAP_MARK] = 1.0
    _pass_on(attention, head, group, GAP_MARK, AFTER_GAP, 1 / 7)


def _average_likes(attention: Attention) -> None:
    """Let the first head write the mean of AFTER_GAP over a token's likes to LIKES."""
    _pass_on(attention, 0, 0, AFTER_GAP, LIKES, 1 / 5)


def _pass_on(attention: Attention, head: int, group: int, source: int, target: int, scale: float) -> None:
    """Carry one stream dimension through one channel of a head to another."""
    value = attention.v_proj.weight.view(Shape.groups, Shape.head, Shape.hidden)[group, 0]
    value.zero_()
    value[source] = scale
    attention.o_proj.weight[:, head * Shape.head] = 0.0
    attention.o_proj.weight[target, head * Shape.head] = 6 * EMBEDDING
