"""What a pass computes between its products, by Triton. Rows are the tokens of all works, one after the other."""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

_GATE_BLOCK = 1024


@triton.jit
def _normalise(
    x: "Any", added: "Any", weight: "Any", out: "Any", size: "Any", epsilon: "Any", BLOCK: tl.constexpr
) -> None:
    row = tl.program_id(0)
    at = tl.arange(0, BLOCK)
    inside = at < size
    where = row * size + at
    value = tl.load(x + where, mask=inside, other=0.0) + tl.load(added + where, mask=inside, other=0.0).to(
        tl.float32
    )
    tl.store(x + where, value, mask=inside)
    scale = tl.rsqrt(tl.sum(value * value, 0) / size + epsilon)
    scaled = value * scale * tl.load(weight + at, mask=inside, other=0.0)
    tl.store(out + where, scaled.to(out.dtype.element_ty), mask=inside)


def normalise(x: Tensor, added: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Add `added` to the float32 states `x` [rows, size] in place; give back their norm (RMS), times `weight`."""
    out = torch.empty_like(added)
    rows, size = x.shape
    _normalise[(rows,)](x, added, weight, out, size, epsilon, BLOCK=triton.next_power_of_2(size))
    return out


@triton.jit
def _gate(x: "Any", out: "Any", size: "Any", BLOCK: tl.constexpr) -> None:
    row = tl.program_id(0)
    at = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = at < size
    gate = tl.load(x + row * 2 * size + at, mask=inside, other=0.0).to(tl.float32)
    up = tl.load(x + row * 2 * size + size + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * size + at, (gate * tl.sigmoid(gate) * up).to(out.dtype.element_ty), mask=inside)


def gate(x: Tensor) -> Tensor:
    """silu(first half) times the second half of each row."""
    rows, size = x.shape[0], x.shape[1] // 2
    out = x.new_empty(rows, size)
    _gate[(rows, triton.cdiv(size, _GATE_BLOCK))](x, out, size, BLOCK=_GATE_BLOCK)
    return out


@triton.jit
def _remember(  # noqa: PLR0913, PLR0917
    x: "Any",
    queries: "Any",
    keys: "Any",
    values: "Any",
    norms: "Any",
    turns: "Any",
    slots: "Any",
    positions: "Any",
    slot_stride: "Any",
    turn_stride: "Any",
    epsilon: "Any",
    HEADS: tl.constexpr,
    KV_HEADS: tl.constexpr,
    SIZE: tl.constexpr,
    BLOCK: tl.constexpr,
    NORMED: tl.constexpr,
) -> None:
    row = tl.program_id(0)
    part = tl.program_id(1)
    at = tl.arange(0, BLOCK)
    inside = at < SIZE
    half: tl.constexpr = SIZE // 2
    partner = tl.where(at < half, at + half, at - half)
    begin = x + (row * (HEADS + 2 * KV_HEADS) + part) * SIZE
    value = tl.load(begin + at, mask=inside, other=0.0)
    position = tl.load(positions + row).to(tl.int64)
    kept = tl.load(slots + row).to(tl.int64) * slot_stride + position * (KV_HEADS * SIZE) + at
    if part >= HEADS + KV_HEADS:
        tl.store(values + kept + (part - HEADS - KV_HEADS) * SIZE, value, mask=inside)
    else:
        mine = value.to(tl.float32)
        other = tl.load(begin + partner, mask=inside, other=0.0).to(tl.float32)
        if NORMED:
            scale = tl.rsqrt(tl.sum(mine * mine, 0) / SIZE + epsilon)
            norm = norms + (part >= HEADS).to(tl.int32) * SIZE
            mine = mine * scale * tl.load(norm + at, mask=inside, other=0.0)
            other = other * scale * tl.load(norm + partner, mask=inside, other=0.0)
        angle = tl.where(at < half, at, at - half)
        cosine = tl.load(turns + position * half + angle, mask=inside, other=0.0)
        sine = tl.load(turns + turn_stride + position * half + angle, mask=inside, other=0.0)
        turned = mine * cosine + tl.where(at < half, -other, other) * sine
        if part < HEADS:
            tl.store(queries + (row * HEADS + part) * SIZE + at, turned.to(queries.dtype.element_ty), mask=inside)
        else:
            tl.store(keys + kept + (part - HEADS) * SIZE, turned.to(keys.dtype.element_ty), mask=inside)


def remember(
    x: Tensor,
    keys: Tensor,
    values: Tensor,
    norms: Tensor | None,
    turns: Tensor,
    slots: Tensor,
    positions: Tensor,
    epsilon: float,
) -> Tensor:
    """Queries [rows, heads x size] of `x` (queries, keys and values side by side), normalised and turned.

    Keys and values go to their places in `keys` and `values` [slots, positions, kv_heads, size]. `norms` are the
    weights for queries and keys, float32 [2, size], `turns` cosines and sines, float32 [2, positions, size / 2].
    """
    kv_heads, size = keys.shape[2:]
    parts = x.shape[1] // size
    heads = parts - 2 * kv_heads
    queries = x.new_empty(len(x), heads * size)
    _remember[(len(x), parts)](
        x,
        queries,
        keys,
        values,
        turns if norms is None else norms,
        turns,
        slots,
        positions,
        keys.stride(0),
        turns.stride(0),
        epsilon,
        HEADS=heads,
        KV_HEADS=kv_heads,
        SIZE=size,
        BLOCK=triton.next_power_of_2(size),
        NORMED=norms is not None,
    )
    return queries


@triton.jit
def _attend(  # noqa: PLR0913, PLR0917
    queries: "Any",
    keys: "Any",
    values: "Any",
    out: "Any",
    pieces: "Any",
    slots: "Any",
    positions: "Any",
    slot_stride: "Any",
    scale: "Any",
    KV_HEADS: tl.constexpr,
    GROUP: tl.constexpr,
    SIZE: tl.constexpr,
    BLOCK: tl.constexpr,
    ROWS: tl.constexpr,
    SPAN: tl.constexpr,
) -> None:
    piece = tl.program_id(0)
    head = tl.program_id(1)
    row = tl.load(pieces + 2 * piece)
    count = tl.load(pieces + 2 * piece + 1)
    first = tl.load(positions + row).to(tl.int32)
    at = tl.arange(0, BLOCK)
    sized = at < SIZE
    number = tl.arange(0, ROWS)
    token = number // GROUP
    mine = (token < count)[:, None] & sized[None, :]
    where = ((row + token) * (KV_HEADS * GROUP) + head * GROUP + number % GROUP)[:, None] * SIZE + at[None, :]
    query = tl.load(queries + where, mask=mine, other=0.0)
    base = tl.load(slots + row).to(tl.int64) * slot_stride + head * SIZE
    largest = tl.full((ROWS,), -float("inf"), tl.float32)
    total = tl.zeros((ROWS,), tl.float32)
    summed = tl.zeros((ROWS, BLOCK), tl.float32)
    seen = first + count
    for start in range(0, seen, SPAN):
        place = start + tl.arange(0, SPAN)
        kept = base + place[:, None].to(tl.int64) * (KV_HEADS * SIZE) + at[None, :]
        there = (place < seen)[:, None] & sized[None, :]
        key = tl.load(keys + kept, mask=there, other=0.0)
        scores = tl.dot(query, tl.trans(key)) * scale
        scores = tl.where(place[None, :] <= first + token[:, None], scores, -float("inf"))
        higher = tl.maximum(largest, tl.max(scores, 1))
        weight = tl.exp(scores - higher[:, None])
        fade = tl.exp(largest - higher)
        total = total * fade + tl.sum(weight, 1)
        value = tl.load(values + kept, mask=there, other=0.0)
        summed = summed * fade[:, None] + tl.dot(weight.to(value.dtype), value)
        largest = higher
    tl.store(out + where, (summed / total[:, None]).to(out.dtype.element_ty), mask=mine)


def attend(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    pieces: Tensor,
    slots: Tensor,
    positions: Tensor,
    *,
    height: int,
) -> Tensor:
    """What each row sees of its slot, up to its own position: [rows, heads x size].

    `pieces`, int32 [pieces, 2], are the first row and the number of rows, at most `height`, of one sequence that
    follow each other; every row is in one.
    """
    kv_heads, size = keys.shape[2:]
    group = queries.shape[1] // (kv_heads * size)
    out = torch.empty_like(queries)
    _attend[(len(pieces), kv_heads)](
        queries,
        keys,
        values,
        out,
        pieces,
        slots,
        positions,
        keys.stride(0),
        size**-0.5,
        KV_HEADS=kv_heads,
        GROUP=group,
        SIZE=size,
        BLOCK=max(16, triton.next_power_of_2(size)),
        ROWS=max(16, triton.next_power_of_2(group * height)),
        SPAN=64,
    )
    return out
