"""What every pass is made of: a product of all rows, and making rows the inputs of one, by all threads of a team.

`work` has `inputs` (`product.Inputs`); see `team` for phases and their parts.
"""

from typing import Any

from model_runtime.kernels.compiler import compiled, inlined
from model_runtime.kernels.product import multiply_part, prepare, product_parts
from model_runtime.kernels.team import done, take

ROWS_OF_A_PART = 4
"""Where each row is a microsecond's work."""


@compiled
def multiply_all(phases: Any, phase: int, work: Any, rows: int, matrices: Any, layer: int, out: Any) -> None:
    """The product of the inputs with a layer's matrix, into `out`."""
    parts = product_parts(rows, matrices)
    part = take(phases, phase, parts)
    while part >= 0:
        multiply_part(work.inputs, rows, matrices, layer, part, out)
        done(phases, phase)
        part = take(phases, phase, parts)


@inlined
def prepare_all(phases: Any, phase: int, work: Any, rows: int, width: int, matrices: Any) -> None:
    """Make the inputs' floats, which somebody has left there, what `matrices` take."""
    parts = -(-rows // ROWS_OF_A_PART)
    part = take(phases, phase, parts)
    while part >= 0:
        for row in range(part * ROWS_OF_A_PART, min((part + 1) * ROWS_OF_A_PART, rows)):
            prepare(work.inputs, row, width, matrices)
        done(phases, phase)
        part = take(phases, phase, parts)
