"""Weights, set by hand, of a model that quotes its prompt.

A model with random weights quotes nothing, and prefix reuse and drafts are for answers that do. This one has the
benchmark's shape and really copies through its attention: the first layer looks one, two and three tokens back; all
others look for the place of the prompt that three tokens like the present ones precede, and vote for what stands
there (induction heads). Where two places match, or none, it goes astray as a trained model would.
"""

from dataclasses import replace

import numpy as np

from tools.bench.checkpoint import Weights, random_weights
from tools.bench.shape import SMALL, Shape

CODE = 64  # numbers that stand for a token
BACK = 3  # tokens looked back
# With so large a base the upper pairs of a head hardly turn: content there is matched at any distance.
COPYING = replace(SMALL, rope_theta=1e16)
_POSITION_PAIRS = 6
_CONTENT_PAIRS = slice(9, 32)
_SHARPNESS = 6.0
_MATCH_WEIGHTS = (1.1, 1.0, 0.9)  # the present token counts most
_VOTE = 0.15


def copying_weights(shape: Shape = COPYING, seed: int = 0) -> Weights:
    """A hidden state holds, `CODE` numbers each: the token, the three before it, and what is to come; the last
    number is one everywhere. Multilayer perceptrons are random and faint."""
    rng = np.random.default_rng(seed)
    weights = random_weights(shape, seed, scale=1e-4)
    codes = rng.standard_normal((shape.vocabulary, CODE))
    codes /= np.linalg.norm(codes, axis=1, keepdims=True)
    embedding = np.zeros((shape.vocabulary, shape.hidden), np.float32)
    embedding[:, :CODE] = embedding[:, _place(BACK + 1)] = codes
    embedding[:, -1] = 1.0
    weights["model.embed_tokens.weight"] = embedding
    _look_back(weights, shape)
    for layer in range(1, shape.layers):
        _look_up(weights, f"model.layers.{layer}", shape, rng)
    return weights


def _place(number: int) -> slice:
    return slice(number * CODE, (number + 1) * CODE)


def _head(number: int, shape: Shape) -> slice:
    return slice(number * shape.head_size, (number + 1) * shape.head_size)


def _clear(weights: Weights, layer: str) -> None:
    for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
        weights[f"{layer}.self_attn.{name}.weight"][:] = 0.0
    for name in ("q_norm", "k_norm"):
        weights[f"{layer}.self_attn.{name}.weight"][:] = _SHARPNESS


def _look_back(weights: Weights, shape: Shape) -> None:
    """Head h of the first layer attends to the token h + 1 places back and writes it behind the own one."""
    layer, half = "model.layers.0", shape.head_size // 2
    _clear(weights, layer)
    query, key, value, output = (
        weights[f"{layer}.self_attn.{name}.weight"] for name in ("q_proj", "k_proj", "v_proj", "o_proj")
    )
    pairs = np.arange(_POSITION_PAIRS)
    # The normed state of an embedding (two codes and the one) is so much longer than the state.
    longer = np.sqrt(shape.hidden / 3)
    angles = shape.rope_theta ** (-2.0 * pairs / shape.head_size)
    for group in range(shape.kv_heads):
        key[group * shape.head_size + pairs, -1] = 1.0
        value[_head(group, shape), :CODE] = np.eye(CODE)
    for back in range(1, BACK + 1):
        # A query turned back by so many places is most like the key that stands there.
        rows = _head(back - 1, shape).start + pairs
        query[rows, -1] = np.cos(-back * angles)
        query[rows + half, -1] = np.sin(-back * angles)
        output[_place(back), _head(back - 1, shape)] = np.eye(CODE) / longer


def _look_up(weights: Weights, layer: str, shape: Shape, rng: np.random.Generator) -> None:
    """One head of each group attends to where these three tokens stood last, one further, and votes for that.

    Each sees the tokens through a projection of its own, so that what only looks alike wins no majority.
    """
    half = shape.head_size // 2
    _clear(weights, layer)
    query, key, value, output = (
        weights[f"{layer}.self_attn.{name}.weight"] for name in ("q_proj", "k_proj", "v_proj", "o_proj")
    )
    pairs = np.arange(half)[_CONTENT_PAIRS]
    for group in range(shape.kv_heads):
        head = group * (shape.heads // shape.kv_heads)
        rows = np.concatenate([pairs, pairs + half])
        for place, weight in enumerate(_MATCH_WEIGHTS):
            mixing = rng.standard_normal((len(rows), CODE))
            query[head * shape.head_size + rows, _place(place)] = weight * mixing
            key[group * shape.head_size + rows, _place(place + 1)] = mixing
        value[_head(group, shape), :CODE] = np.eye(CODE)
        output[_place(BACK + 1), _head(head, shape)] = _VOTE * np.eye(CODE)
