"""The names of the quantizations, for the wire types and the command line: no library is imported here."""

from typing import Literal, get_args

Quantization = Literal["none", "int8", "nf4"]
QUANTIZATIONS: tuple[Quantization, ...] = get_args(Quantization)
