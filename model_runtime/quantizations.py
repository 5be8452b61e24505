"""The names of quantizations and of their kernels, for wire types and the command line; imports no library."""

from typing import Literal, get_args

Quantization = Literal["none", "int8", "nf4"]
QUANTIZATIONS: tuple[Quantization, ...] = get_args(Quantization)

QuantizationBackend = Literal["auto", "fbgemm", "bitsandbytes"]
QUANTIZATION_BACKENDS: tuple[QuantizationBackend, ...] = get_args(QuantizationBackend)
"""Who multiplies quantized weights. "auto": fbgemm for int8 on a CPU, where it is fastest, else bitsandbytes."""
