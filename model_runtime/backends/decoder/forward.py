"""The forward pass, compiled. Every thread of the team runs it and takes what parts it can (see `kernels.team`).

Arrays are what `weights`, `workspace` and `rotary` say; `shape` is a `Shape`.
"""

from typing import Any

import numpy as np

from model_runtime.kernels.attention import attend
from model_runtime.kernels.compiler import compiled, inlined
from model_runtime.kernels.memory import floats_at
from model_runtime.kernels.phases import ROWS_OF_A_PART, multiply_all, prepare_all
from model_runtime.kernels.product import prepare
from model_runtime.kernels.rows import gate, likeliest, normalise, rotate, total
from model_runtime.kernels.team import begin, called, done, leave, take
from model_runtime.kernels.tile import LANES

_PHASES = 10


def phases(layers: int) -> int:
    """Phases of a pass."""
    return _PHASES * layers + 3


@compiled
def compute(state: Any, phases: Any, shape: Any, weights: Any, rotations: Any, work: Any, leads: bool) -> None:
    """Compute the pass that `work` describes; a thread that does not lead helps with every pass until the end."""
    if leads:
        begin(state, phases, work.planned, work.counts)
    while leads or called(state):
        _forward(phases, shape, weights, rotations, work)
        if leads:
            break
        leave(state)


@inlined
def _forward(phases: Any, shape: Any, weights: Any, rotations: Any, work: Any) -> None:
    rows, pieces, wanted = work.counts
    attended = shape.heads * shape.head_size
    for layer in range(shape.layers):
        at = _PHASES * layer
        _normalise(phases, at, shape, work, work.every, rows, weights.attention_norm[layer], weights.attention_in)
        multiply_all(phases, at + 1, work, rows, weights.attention_in, layer, work.wide)
        _remember(phases, at + 2, shape, work, pieces, weights, layer, rotations)
        _attend(phases, at + 3, shape, work, pieces, layer)
        prepare_all(phases, at + 4, work, rows, attended, weights.attention_out)
        multiply_all(phases, at + 5, work, rows, weights.attention_out, layer, work.x)
        _normalise(phases, at + 6, shape, work, work.every, rows, weights.mlp_norm[layer], weights.mlp_in)
        multiply_all(phases, at + 7, work, rows, weights.mlp_in, layer, work.wide)
        _gate(phases, at + 8, shape, work, rows, weights.mlp_out)
        multiply_all(phases, at + 9, work, rows, weights.mlp_out, layer, work.x)
    at = _PHASES * shape.layers
    _normalise(phases, at, shape, work, work.wanted, wanted, weights.norm, weights.head)
    multiply_all(phases, at + 1, work, wanted, weights.head, np.int64(0), work.logits)
    _summarise(phases, at + 2, shape, work, wanted)


@inlined
def _normalise(
    phases: Any, phase: int, shape: Any, work: Any, chosen: Any, rows: int, weight: Any, matrices: Any
) -> None:
    """Make the rows `chosen` of x the inputs of a product."""
    parts = -(-rows // ROWS_OF_A_PART)
    part = take(phases, phase, parts)
    while part >= 0:
        for row in range(part * ROWS_OF_A_PART, min((part + 1) * ROWS_OF_A_PART, rows)):
            floats = work.inputs.floats[row, : shape.hidden]
            normalise(work.x[chosen[row], : shape.hidden], weight, np.float32(shape.epsilon), floats)
            prepare(work.inputs, row, shape.hidden, matrices)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _gate(phases: Any, phase: int, shape: Any, work: Any, rows: int, matrices: Any) -> None:
    """Make silu(gate) * up the inputs of a product."""
    parts = -(-rows // ROWS_OF_A_PART)
    part = take(phases, phase, parts)
    while part >= 0:
        for row in range(part * ROWS_OF_A_PART, min((part + 1) * ROWS_OF_A_PART, rows)):
            gate(work.wide[row, : 2 * shape.intermediate], work.inputs.floats[row, : shape.intermediate])
            prepare(work.inputs, row, shape.intermediate, matrices)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _slot(piece: Any, shape: Any, layer: int, head: int) -> Any:
    """Keys and values of one layer and head in the piece's slot."""
    columns = -(-shape.head_size // LANES)
    before = np.uintp(4 * (layer * shape.kv_heads + head) * piece.panels * LANES)
    return (
        floats_at(piece.keys + before * np.uintp(shape.head_size), (piece.panels, shape.head_size, LANES)),
        floats_at(piece.values + before * np.uintp(columns * LANES), (columns, piece.panels * LANES, LANES)),
    )


@inlined
def _remember(
    phases: Any, phase: int, shape: Any, work: Any, pieces: int, weights: Any, layer: int, rotations: Any
) -> None:
    """Normalise and rotate queries and keys; put keys and values into their slots."""
    size = shape.head_size
    part = take(phases, phase, pieces)
    while part >= 0:
        piece = work.pieces[part]
        for number in range(piece.count):
            row, position = work.wide[piece.row + number], piece.position + number
            panel, lane = position // LANES, position % LANES
            for head in range(shape.heads + shape.kv_heads):
                turned = row[head * size : (head + 1) * size]
                if len(weights.query_norm):
                    norm = weights.query_norm[layer] if head < shape.heads else weights.key_norm[layer]
                    normalise(turned, norm, np.float32(shape.epsilon), turned)
                rotate(turned, rotations[0, position], rotations[1, position])
            for head in range(shape.kv_heads):
                keys, values = _slot(piece, shape, layer, head)
                key = (shape.heads + head) * size
                value = key + shape.kv_heads * size
                for at in range(size):
                    keys[panel, at, lane] = row[key + at]
                for column in range(0, size, LANES):
                    for at in range(column, min(column + LANES, size)):
                        values[column // LANES, position, at - column] = row[value + at]
        done(phases, phase)
        part = take(phases, phase, pieces)


@inlined
def _attend(phases: Any, phase: int, shape: Any, work: Any, pieces: int, layer: int) -> None:
    """Make what each row sees the floats of a product's inputs."""
    parts = pieces * shape.kv_heads
    width = shape.heads // shape.kv_heads * shape.head_size
    part = take(phases, phase, parts)
    while part >= 0:
        piece, head = work.pieces[part // shape.kv_heads], part % shape.kv_heads
        keys, values = _slot(piece, shape, layer, head)
        rows, columns = slice(piece.row, piece.row + piece.count), slice(head * width, (head + 1) * width)
        seen = work.inputs.floats[rows, columns]
        attend(work.wide[rows, columns], keys, values, shape.head_size, piece.position, 0, seen)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _summarise(phases: Any, phase: int, shape: Any, work: Any, wanted: int) -> None:
    """Find the likeliest token of each wanted row, and what turns its logits to log-probabilities."""
    row = take(phases, phase, wanted)
    while row >= 0:
        logits = work.logits[row, : shape.vocabulary]
        work.likeliest[row] = likeliest(logits)
        work.totals[row] = total(logits)
        done(phases, phase)
        row = take(phases, phase, wanted)
