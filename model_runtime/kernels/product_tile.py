"""Tiles of linear layers: sums are scaled, biased and put where they belong without leaving registers."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from model_runtime.kernels.compiler import features, intrinsic
from model_runtime.kernels.tile import (
    FLOATS,
    INT32,
    INTS,
    LANES,
    OUT,
    WHERE,
    Vectors,
    at,
    each,
    loops,
    multiply_add,
    number,
    pairs,
    spread,
)

_BIASES: Any = types.UniTuple(types.uintp, 2)
_SCALES: Any = types.UniTuple(types.uintp, 3)


@intrinsic
def float_product(_context: Any, where: Any, out: Any, biases: Any) -> Any:
    """As `float_tile`, plus a bias for each lane; `biases` are their address, and 1 to add to what is in `out`."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        loops(builder, FLOATS, multiply_add, arguments[0], lambda sums: _store(builder, sums, *arguments[1:]))
        return context.get_dummy_value()

    return types.void(WHERE, OUT, _BIASES), generate


@intrinsic
def int8_product(_context: Any, where: Any, out: Any, biases: Any, scales: Any) -> Any:
    """As `float_product`, with four unsigned bytes of x times four signed bytes of w a step, exactly, in int32.

    `scales` are the addresses of a scale for each row, and of an offset (int32) and a scale for each lane: the
    offset is taken from the sum, the rest multiplied with both scales.
    """

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        of_rows, offsets, of_lanes = cgutils.unpack_tuple(builder, arguments[3], _SCALES.count)

        def scaled(row: int, panel: int, total: Any) -> Any:
            offset = builder.load(at(builder, offsets, number(0), 0, panel, INTS), align=4)
            of_row = builder.load(at(builder, of_rows, number(4), row, 0, ir.FloatType()), align=4)
            of_lane = builder.load(at(builder, of_lanes, number(0), 0, panel), align=4)
            value = builder.sitofp(builder.sub(total, offset), FLOATS)
            return builder.fmul(builder.fmul(value, spread(builder, of_row)), of_lane)

        def finish(sums: Vectors) -> None:
            values = [
                [scaled(row, panel, total) for panel, total in enumerate(ones)] for row, ones in enumerate(sums)
            ]
            _store(builder, values, *arguments[1:3])

        if "avx512vnni" in features():
            loops(builder, INTS, _dot_vnni, arguments[0], finish)
        else:
            loops(builder, ir.VectorType(INT32, 2 * LANES), _dot_pairs, arguments[0], finish)
        return context.get_dummy_value()

    return types.void(WHERE, OUT, _BIASES, _SCALES), generate


def _store(builder: ir.IRBuilder, values: Vectors, out: Any, biases: Any) -> None:
    place, stride = cgutils.unpack_tuple(builder, out, OUT.count)
    begin, added = cgutils.unpack_tuple(builder, biases, _BIASES.count)
    of_lanes = [builder.load(at(builder, begin, number(0), 0, panel), align=4) for panel in range(len(values[0]))]
    biased = [(row, panel, builder.fadd(value, of_lanes[panel])) for row, panel, value in each(values)]
    with builder.if_else(builder.icmp_unsigned("!=", added, number(0))) as (then, otherwise):
        with then:
            for row, panel, value in biased:
                target = at(builder, place, stride, row, panel)
                builder.store(builder.fadd(value, builder.load(target, align=4)), target, align=4)
        with otherwise:
            for row, panel, value in biased:
                builder.store(value, at(builder, place, stride, row, panel), align=4)


def _dot_vnni(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
    name = "llvm.x86.avx512.vpdpbusd.512"
    dot = cgutils.get_or_insert_function(builder.module, ir.FunctionType(INTS, [INTS] * 3), name)
    return builder.call(dot, [sums, x, weights])


def _dot_pairs(builder: ir.IRBuilder, sums: Any, weights: Any, x: Any) -> Any:
    """The same on any processor, with two sums a lane: LLVM finds what it has for pairs of 16-bit products."""
    bytes_, shorts, ints = (ir.VectorType(ir.IntType(bits), 4 * LANES) for bits in (8, 16, 32))
    left = builder.sext(builder.zext(builder.bitcast(x, bytes_), shorts), ints)
    right = builder.sext(builder.sext(builder.bitcast(weights, bytes_), shorts), ints)
    return builder.add(sums, pairs(builder, builder.mul(left, right)))
