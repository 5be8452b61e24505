"""The one inner loop of all products: a few rows times sixteen columns or more, in registers.

Every product here — linear layers in float32 and int8, attention's scores, attention's sums of values — is made of
tiles. Columns lie side by side ("panels" of 16), so a step down the inner dimension loads 64 bytes of weights once
and multiplies them with four bytes of each row: one float, or four 8-bit numbers. numba would not keep such a
block in registers, so the loop is written in LLVM's own language. Few rows take several panels at once, because a
processor is only busy with some eight sums under way. A row's sums never depend on the other rows.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from model_runtime.kernels.compiler import compiled, features, intrinsic

LANES = 16
_MOST_PANELS = (0, 4, 4, 4, 4, 0, 0, 0, 2) if "avx512f" in features() else (0, 2, 1, 1)
"""Most panels of a tile for each number of rows it can have: what the registers hold beside what is multiplied."""
ROWS = len(_MOST_PANELS) - 1
"""Most rows of a tile."""

INT32, INT64 = ir.IntType(32), ir.IntType(64)
INTS, FLOATS = ir.VectorType(INT32, LANES), ir.VectorType(ir.FloatType(), LANES)

WHERE: Any = types.UniTuple(types.uintp, 8)
"""What a tile is told as a tuple: x, its stride from row to row; w, its strides from step to step and from panel
to panel; steps; rows (as many as `tall` says), panels (as `together` does). Addresses, and strides in bytes."""
OUT: Any = types.UniTuple(types.uintp, 2)
"""Where the sums go: address, and stride from row to row in bytes."""

Vectors = list[list[Any]]
"""One for each row and panel of a tile."""


def whole(columns: int) -> int:
    """So many columns, rounded up to whole panels."""
    return -(-columns // LANES) * LANES


@compiled
def tall(rows: int) -> int:
    """How many of so many rows the next tile takes."""
    count = min(rows, ROWS)
    while _MOST_PANELS[count] == 0:
        count -= 1
    return count


@compiled
def together(rows: int, panels: int) -> int:
    """How many of so many panels a tile of `rows` rows takes: as many as it can, or one."""
    return _MOST_PANELS[rows] if panels >= _MOST_PANELS[rows] else 1


@intrinsic
def float_tile(_context: Any, where: Any, out: Any) -> Any:
    """out[row, lane] = sum of x[row, step] * w[step, lane], float32, for all lanes of the panels."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        place, stride = cgutils.unpack_tuple(builder, arguments[1], OUT.count)

        def finish(sums: Vectors) -> None:
            for row, panel, total in each(sums):
                builder.store(total, at(builder, place, stride, row, panel), align=4)

        loops(builder, FLOATS, multiply_add, arguments[0], finish)
        return context.get_dummy_value()

    return types.void(WHERE, OUT), generate


def multiply_add(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
    """sums + weights * x; rounded once where the processor can."""
    kind = ir.FunctionType(FLOATS, [FLOATS] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, "llvm.fmuladd.v16f32")
    return builder.call(fma, [x, weights, sums])


def pairs(builder: ir.IRBuilder, vector: Any) -> Any:
    """The sums of neighbours, half as many."""
    count = vector.type.count
    even, odd = (builder.shuffle_vector(vector, vector, _constants(range(first, count, 2))) for first in (0, 1))
    return builder.add(even, odd)


def spread(builder: ir.IRBuilder, one: Any) -> Any:
    """A vector of 16 times the same."""
    undefined = ir.Constant(ir.VectorType(one.type, LANES), ir.Undefined)
    first = builder.insert_element(undefined, one, ir.Constant(INT32, 0))
    return builder.shuffle_vector(first, undefined, _constants([0] * LANES))


def number(value: int) -> ir.Constant:
    """An int64."""
    return ir.Constant(INT64, value)


def at(builder: ir.IRBuilder, base: Any, stride: Any, row: int, panel: int, kind: ir.Type = FLOATS) -> Any:
    """A pointer to what belongs to a row and panel of the tile."""
    offset = builder.add(builder.mul(stride, number(row)), number(4 * LANES * panel))
    return builder.inttoptr(builder.add(base, offset), kind.as_pointer())


def each(vectors: Vectors) -> list[tuple[int, int, Any]]:
    """Row, panel and vector."""
    return [(row, panel, one) for row, ones in enumerate(vectors) for panel, one in enumerate(ones)]


def loops(
    builder: ir.IRBuilder,
    total: ir.VectorType,
    multiply: Callable[..., Any],
    where: Any,
    finish: Callable[[Vectors], None],
) -> None:
    """Code that branches to a loop for each number of rows and panels; `finish` stores what comes out."""
    # numba would have the code copied to each place of use, which takes long to compile.
    builder.function.attributes.discard("alwaysinline")
    builder.function.attributes.add("noinline")
    *inputs, rows, panels = cgutils.unpack_tuple(builder, where, WHERE.count)
    end, impossible = builder.append_basic_block(), builder.append_basic_block()
    most = max(_MOST_PANELS) + 1
    case = builder.add(builder.mul(rows, number(most)), panels)
    switch = builder.switch(case, impossible)
    builder.position_at_end(impossible)
    builder.unreachable()
    for count, most_panels in enumerate(_MOST_PANELS):
        for wide in sorted({1, most_panels}) if most_panels else ():
            block = builder.append_basic_block()
            switch.add_case(number(count * most + wide), block)
            builder.position_at_end(block)
            finish(_loop(builder, total, multiply, count, wide, inputs))
            builder.branch(end)
    builder.position_at_end(end)


def _loop(
    builder: ir.IRBuilder,
    total: ir.VectorType,
    multiply: Callable[..., Any],
    rows: int,
    panels: int,
    inputs: list[Any],
) -> Vectors:
    x, x_stride, w, w_stride, panel_stride, steps = inputs
    vector = ir.VectorType(total.element, LANES)

    def load(begin: Any, offset: Any, kind: ir.Type) -> Any:
        return builder.load(builder.inttoptr(builder.add(begin, offset), kind.as_pointer()), align=1)

    row_begins = [builder.add(x, builder.mul(x_stride, number(row))) for row in range(rows)]
    panel_begins = [builder.add(w, builder.mul(panel_stride, number(panel))) for panel in range(panels)]
    before, body, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    builder.branch(body)
    builder.position_at_end(body)
    step = builder.phi(INT64)
    step.add_incoming(number(0), before)
    sums = [[builder.phi(total) for _ in range(panels)] for _ in range(rows)]
    down, along = builder.mul(w_stride, step), builder.mul(number(4), step)
    weights = [load(begin, down, vector) for begin in panel_begins]
    added: Vectors = []
    for begin, row_sums in zip(row_begins, sums, strict=True):
        x_everywhere = spread(builder, load(begin, along, vector.element))
        added.append([multiply(builder, *pair, x_everywhere) for pair in zip(row_sums, weights, strict=True)])
        for sum_, next_sum in zip(row_sums, added[-1], strict=True):
            sum_.add_incoming(ir.Constant(total, None), before)
            sum_.add_incoming(next_sum, body)
    following = builder.add(step, number(1))
    step.add_incoming(following, body)
    builder.cbranch(builder.icmp_unsigned("<", following, steps), body, after)
    builder.position_at_end(after)
    return [[sum_ if total.count == LANES else pairs(builder, sum_) for sum_ in row] for row in added]


def _constants(values: Any) -> ir.Constant:
    values = list(values)
    return ir.Constant(ir.VectorType(INT32, len(values)), values)
