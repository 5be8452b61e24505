"""The pass, compiled. Every thread of the team runs it and takes what parts it can (see `kernels.team`).

Arrays are what `weights` and `workspace` say; `shape` is a `Shape`.
"""

from typing import Any

import numpy as np

from model_runtime.kernels.attention import attend
from model_runtime.kernels.compiler import compiled, inlined
from model_runtime.kernels.phases import ROWS_OF_A_PART, multiply_all, prepare_all
from model_runtime.kernels.product import prepare
from model_runtime.kernels.rows import centre, gelu
from model_runtime.kernels.team import begin, called, done, leave, take
from model_runtime.kernels.tile import LANES

_PHASES = 10


def phases(layers: int) -> int:
    """Phases of a pass."""
    return _PHASES * layers + 1


@compiled
def compute(state: Any, phases: Any, shape: Any, weights: Any, work: Any, leads: bool) -> None:
    """Compute the pass that `work` describes; a thread that does not lead helps with every pass until the end."""
    if leads:
        begin(state, phases, work.planned, work.counts)
    while leads or called(state):
        _forward(phases, shape, weights, work)
        if leads:
            break
        leave(state)


@inlined
def _forward(phases: Any, shape: Any, weights: Any, work: Any) -> None:
    rows, sequences, first_only = work.counts
    hidden = shape.hidden
    _normalise(phases, 0, shape, work, rows, weights.embedding_norm, np.int64(0), weights.attention_in)
    for layer in range(shape.layers):
        at = _PHASES * layer
        multiply_all(phases, at + 1, work, rows, weights.attention_in, layer, work.wide)
        alone = first_only == 1 and layer == shape.layers - 1
        _attend(phases, at + 2, shape, work, sequences, alone)
        if alone:
            _gather(phases, at + 3, work, sequences)
            rows = sequences
        prepare_all(phases, at + 4, work, rows, hidden, weights.attention_out)
        multiply_all(phases, at + 5, work, rows, weights.attention_out, layer, work.x)
        _normalise(phases, at + 6, shape, work, rows, weights.attention_norm, layer, weights.mlp_in)
        multiply_all(phases, at + 7, work, rows, weights.mlp_in, layer, work.wide)
        _activate(phases, at + 8, shape, work, rows, weights.mlp_out)
        multiply_all(phases, at + 9, work, rows, weights.mlp_out, layer, work.x)
        _normalise(phases, at + 10, shape, work, rows, weights.mlp_norm, layer, weights.attention_in)


@inlined
def _normalise(
    phases: Any, phase: int, shape: Any, work: Any, rows: int, norm: Any, layer: int, matrices: Any
) -> None:
    """Normalise x, and make it the inputs of a product too."""
    parts = -(-rows // ROWS_OF_A_PART)
    part = take(phases, phase, parts)
    while part >= 0:
        for row in range(part * ROWS_OF_A_PART, min((part + 1) * ROWS_OF_A_PART, rows)):
            x, floats = work.x[row, : shape.hidden], work.inputs.floats[row, : shape.hidden]
            centre(x, norm.weight[layer], norm.bias[layer], np.float32(shape.epsilon), floats)
            x[:] = floats
            prepare(work.inputs, row, shape.hidden, matrices)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _activate(phases: Any, phase: int, shape: Any, work: Any, rows: int, matrices: Any) -> None:
    """Make the perceptron's inner numbers the inputs of a product."""
    width = shape.intermediate
    parts = -(-rows // ROWS_OF_A_PART)
    part = take(phases, phase, parts)
    while part >= 0:
        for row in range(part * ROWS_OF_A_PART, min((part + 1) * ROWS_OF_A_PART, rows)):
            gelu(work.wide[row, :width], work.inputs.floats[row, :width])
            prepare(work.inputs, row, width, matrices)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _attend(phases: Any, phase: int, shape: Any, work: Any, sequences: int, alone: bool) -> None:
    """Make what each row sees of its sequence the floats of a product's inputs; `alone`: only of first rows, which
    then lie one after the other."""
    size = shape.head_size
    parts = sequences * shape.heads
    part = take(phases, phase, parts)
    while part >= 0:
        sequence, head = part // shape.heads, part % shape.heads
        top, bottom = work.begins[sequence], work.begins[sequence + 1]
        count, column = bottom - top, head * size
        keys = np.empty((-(-count // LANES), size, LANES), np.float32)
        values = np.zeros((-(-size // LANES), count, LANES), np.float32)
        keys[-1] = 0
        for position in range(count):
            row = work.wide[top + position]
            for at in range(size):
                keys[position // LANES, at, position % LANES] = row[shape.hidden + column + at]
                values[at // LANES, position, at % LANES] = row[2 * shape.hidden + column + at]
        columns = slice(column, column + size)
        if alone:
            seen = work.inputs.floats[sequence : sequence + 1, columns]
            attend(work.wide[top : top + 1, columns], keys, values, size, 0, count, seen)
        else:
            attend(
                work.wide[top:bottom, columns],
                keys,
                values,
                size,
                0,
                count,
                work.inputs.floats[top:bottom, columns],
            )
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def _gather(phases: Any, phase: int, work: Any, sequences: int) -> None:
    """Put the first rows of x one after the other. One thread's work: each is moved where another was."""
    part = take(phases, phase, 1)
    while part >= 0:
        for sequence in range(sequences):
            work.x[sequence] = work.x[work.begins[sequence]]
        done(phases, phase)
        part = take(phases, phase, 1)
