"""What is done to single rows of numbers."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from model_runtime.kernels.compiler import intrinsic, vectorised


@intrinsic
def _float_of_bits(_context: Any, bits: Any) -> Any:
    """The float32 whose bits are those of an int32."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.int32), generate


@vectorised
def exp(x: Any) -> Any:
    """e^x for x <= 88, to 2e-7 of its value, in plain arithmetic that LLVM does for many numbers at once.

    Cephes' way: 2^n times a polynomial. Far below zero it is 1e-38 instead of less.
    """
    x = max(x, np.float32(-87.0))
    n = np.floor(x * np.float32(1.44269504) + np.float32(0.5))
    r = x - n * np.float32(0.693359375) + n * np.float32(2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    return (p * r * r + r + np.float32(1.0)) * _float_of_bits((np.int32(n) + np.int32(127)) << np.int32(23))


@vectorised
def normalise(x: Any, weight: Any, epsilon: Any, out: Any) -> None:
    """Root mean square normalisation (Zhang and Sennrich, 2019)."""
    total = np.float32(0)
    for i in range(len(x)):
        total += x[i] * x[i]
    scale = np.float32(1) / np.sqrt(total / np.float32(len(x)) + epsilon)
    for i in range(len(x)):
        out[i] = x[i] * scale * weight[i]


@vectorised
def centre(x: Any, weight: Any, bias: Any, epsilon: Any, out: Any) -> None:
    """Layer normalisation (Ba, Kiros and Hinton, 2016)."""
    total = np.float32(0)
    for i in range(len(x)):
        total += x[i]
    mean = total / np.float32(len(x))
    squares = np.float32(0)
    for i in range(len(x)):
        squares += (x[i] - mean) * (x[i] - mean)
    scale = np.float32(1) / np.sqrt(squares / np.float32(len(x)) + epsilon)
    for i in range(len(x)):
        out[i] = (x[i] - mean) * scale * weight[i] + bias[i]


_SIGNLESS = np.int32(0x7FFFFFFF)


@vectorised
def _largest(x: Any) -> Any:
    """Compared as integers, in whose order floats are once the negative ones are turned round: unlike those, LLVM
    compares many at once."""
    bits = x.view(np.int32)
    largest = np.int32(-_SIGNLESS)
    for i in range(len(bits)):
        largest = max(largest, np.int32(bits[i] ^ np.int32(np.int32(bits[i] >> np.int32(31)) & _SIGNLESS)))
    return _float_of_bits(np.int32(largest ^ np.int32(np.int32(largest >> np.int32(31)) & _SIGNLESS)))


@vectorised
def _largest_size(x: Any) -> Any:
    bits = x.view(np.int32)
    largest = np.int32(0)
    for i in range(len(bits)):
        largest = max(largest, np.int32(bits[i] & _SIGNLESS))
    return _float_of_bits(largest)


@vectorised
def quantise(x: Any, out: Any) -> Any:
    """Levels of -127 to 127 for each number, stored as 1 to 255; what a level is worth is returned."""
    largest = max(_largest_size(x), np.float32(1e-30))
    levels = np.float32(127) / largest
    for i in range(len(x)):
        out[i] = np.uint8(np.int32(x[i] * levels + np.float32(128.5)))
    return largest / np.float32(127)


@vectorised
def without_levels(x: Any, levels: Any, scale: Any) -> None:
    """Take away what the levels that `quantise` gave are worth."""
    for i in range(len(x)):
        x[i] -= (np.float32(levels[i]) - np.float32(128)) * scale


@vectorised
def gate(gated: Any, out: Any) -> None:
    """silu(first half) * second half."""
    for i in range(len(out)):
        out[i] = gated[i] / (np.float32(1) + exp(-max(gated[i], np.float32(-80)))) * gated[len(out) + i]


@vectorised
def gelu(x: Any, out: Any) -> None:
    """x times the share of a normal distribution below it, to 2e-7 (Abramowitz and Stegun, 7.1.26)."""
    for i in range(len(out)):
        size = abs(x[i]) * np.float32(0.70710678)
        t = np.float32(1) / (np.float32(1) + np.float32(0.3275911) * size)
        p = np.float32(1.061405429)
        p = p * t + np.float32(-1.453152027)
        p = p * t + np.float32(1.421413741)
        p = p * t + np.float32(-0.284496736)
        p = p * t + np.float32(0.254829592)
        above = np.float32(0.5) * p * t * exp(-size * size)
        out[i] = x[i] * (np.float32(1) - above) if x[i] > np.float32(0) else x[i] * above


@vectorised
def rotate(x: Any, cosines: Any, sines: Any) -> None:
    """Turn number i with number i + len / 2 (Su et al., RoFormer, 2021), as transformers pairs them."""
    half = len(x) // 2
    for i in range(half):
        left, right = x[i], x[half + i]
        x[i] = left * cosines[i] - right * sines[i]
        x[half + i] = right * cosines[i] + left * sines[i]


@vectorised
def softmax(scores: Any, scale: Any) -> None:
    """softmax(scores * scale), in place."""
    largest = _largest(scores)
    total = np.float32(0)
    for i in range(len(scores)):
        scores[i] = exp((scores[i] - largest) * scale)
        total += scores[i]
    inverse = np.float32(1) / total
    for i in range(len(scores)):
        scores[i] *= inverse


@vectorised
def likeliest(logits: Any) -> int:
    """The index of the first of the largest."""
    largest = _largest(logits)
    for i in range(len(logits)):
        if logits[i] == largest:
            return i
    return 0


@vectorised
def total(logits: Any) -> Any:
    """log(sum(exp(logits))); NaN if there is NaN or infinity among them, over which `exp` passes."""
    largest = _largest(logits)
    total, trace = np.float32(0), np.float32(0)
    for i in range(len(logits)):
        total += exp(logits[i] - largest)
        trace += logits[i]
    return largest + np.log(total) + trace * np.float32(0)
