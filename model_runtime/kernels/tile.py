"""The one inner loop of all products: a few rows times sixteen columns, in registers.

Every product here — linear layers in float32 and int8, attention's scores, attention's sums of values — is made of
tiles. Columns lie side by side ("panels" of 16), so a step down the inner dimension loads 64 bytes of weights once
and multiplies them with four bytes of each row: one float, or four 8-bit numbers. numba would not keep such a
block in registers, so the loop is written in LLVM's own language. A row's sums never depend on the other rows.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils

from model_runtime.kernels.compiler import intrinsic

_FEATURES = get_host_cpu_features()
LANES = 16
ROWS = 8 if _FEATURES.get("avx512f") else 3
"""Most rows of a tile: as many as the registers hold."""

_INT8, _INT16, _INT32, _INT64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_INTS, _FLOATS = ir.VectorType(_INT32, LANES), ir.VectorType(ir.FloatType(), LANES)


@intrinsic
def float_tile(
    _context: Any, x: Any, x_stride: Any, w: Any, w_stride: Any, steps: Any, out: Any, out_stride: Any, rows: Any
) -> Any:
    """out[row, lane] = sum of x[row, step] * w[step, lane], float32, for `rows` rows (1 to ROWS) and 16 lanes.

    All arguments are unsigned integers: addresses, and strides in bytes.
    """

    def multiply_add(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
        kind = ir.FunctionType(_FLOATS, [_FLOATS] * 3)
        fma = cgutils.get_or_insert_function(builder.module, kind, "llvm.fma.v16f32")
        return builder.call(fma, [x, weights, sums])

    return types.void(*[types.uintp] * 8), _loops(_FLOATS, multiply_add)


@intrinsic
def int8_tile(
    _context: Any, x: Any, x_stride: Any, w: Any, w_stride: Any, steps: Any, out: Any, out_stride: Any, rows: Any
) -> Any:
    """As `float_tile`, with four unsigned bytes of x times four signed bytes of w a step, exactly, in int32."""
    signature = types.void(*[types.uintp] * 8)
    if _FEATURES.get("avx512vnni"):
        return signature, _loops(_INTS, _dot_vnni)
    return signature, _loops(ir.VectorType(_INT32, 2 * LANES), _dot_pairs)


def _dot_vnni(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
    name = "llvm.x86.avx512.vpdpbusd.512"
    dot = cgutils.get_or_insert_function(builder.module, ir.FunctionType(_INTS, [_INTS] * 3), name)
    return builder.call(dot, [sums, x, weights])


def _dot_pairs(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
    """The same on any processor, with two sums a lane: LLVM finds what it has for pairs of 16-bit products."""
    bytes_, shorts, ints = (ir.VectorType(kind, 4 * LANES) for kind in (_INT8, _INT16, _INT32))
    left = builder.sext(builder.zext(builder.bitcast(x, bytes_), shorts), ints)
    right = builder.sext(builder.sext(builder.bitcast(weights, bytes_), shorts), ints)
    return builder.add(sums, _pairs(builder, builder.mul(left, right)))


def _pairs(builder: ir.IRBuilder, vector: Any) -> Any:
    """The sums of neighbours, half as many."""
    count = vector.type.count
    even, odd = (builder.shuffle_vector(vector, vector, _constants(range(first, count, 2))) for first in (0, 1))
    return builder.add(even, odd)


def _constants(values: Any) -> ir.Constant:
    values = list(values)
    return ir.Constant(ir.VectorType(_INT32, len(values)), values)


def _loops(total: ir.VectorType, multiply_add: Callable[..., Any]) -> Callable[..., Any]:
    """Code that branches to a loop for each number of rows."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        *rest, rows = arguments
        end, impossible = builder.append_basic_block(), builder.append_basic_block()
        switch = builder.switch(rows, impossible)
        builder.position_at_end(impossible)
        builder.unreachable()
        for count in range(1, ROWS + 1):
            block = builder.append_basic_block()
            switch.add_case(ir.Constant(rows.type, count), block)
            builder.position_at_end(block)
            _loop(builder, total, multiply_add, count, rest)
            builder.branch(end)
        builder.position_at_end(end)
        return context.get_dummy_value()

    return generate


def _loop(
    builder: ir.IRBuilder,
    total: ir.VectorType,
    multiply_add: Callable[..., Any],
    rows: int,
    arguments: list[Any],
) -> None:
    x, x_stride, w, w_stride, steps, out, out_stride = arguments

    def at(base: Any, stride: Any, index: Any, kind: ir.Type) -> Any:
        return builder.inttoptr(builder.add(base, builder.mul(stride, index)), kind.as_pointer())

    def number(value: int) -> ir.Constant:
        return ir.Constant(_INT64, value)

    vector = ir.VectorType(total.element, LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    row_begins = [builder.add(x, builder.mul(x_stride, number(row))) for row in range(rows)]
    before, body, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    builder.branch(body)
    builder.position_at_end(body)
    step = builder.phi(_INT64)
    step.add_incoming(number(0), before)
    sums = [builder.phi(total) for _ in range(rows)]
    weights = builder.load(at(w, w_stride, step, vector), align=4)
    added = []
    for begin, before_step in zip(row_begins, sums, strict=True):
        one = builder.load(at(begin, number(4), step, vector.element), align=1)
        first = builder.insert_element(undefined, one, ir.Constant(_INT32, 0))
        everywhere = builder.shuffle_vector(first, undefined, _constants([0] * LANES))
        added.append(multiply_add(builder, before_step, weights, everywhere))
        before_step.add_incoming(ir.Constant(total, None), before)
        before_step.add_incoming(added[-1], body)
    following = builder.add(step, number(1))
    step.add_incoming(following, body)
    builder.cbranch(builder.icmp_unsigned("<", following, steps), body, after)
    builder.position_at_end(after)
    for row, sum_ in enumerate(added):
        result = sum_ if total.count == LANES else _pairs(builder, sum_)
        builder.store(result, at(out, out_stride, number(row), vector), align=4)
