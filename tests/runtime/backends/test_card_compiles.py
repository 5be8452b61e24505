"""The card's kernels compile for a card, also on a machine without one that has Triton."""

import os
from typing import Any

import pytest

triton = pytest.importorskip("triton")
pytestmark = pytest.mark.skipif(
    os.environ.get("TRITON_INTERPRET") == "1", reason="kernels that are interpreted are not compiled"
)
HALF, FLOAT, LONG, INT = "*bf16", "*fp32", "*i64", "i32"
CACHE = {"slots": LONG, "positions": LONG, "slot_stride": INT}


def compiled(kernel: Any, types: dict[str, str], constants: dict[str, object]) -> dict[str, Any]:
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    signature = {name: "constexpr" if name in constants else types[name] for name in kernel.arg_names}
    source = ASTSource(fn=kernel, signature=signature, constexprs=constants)
    asm: dict[str, Any] = triton.compile(source, target=GPUTarget("cuda", 90, 32)).asm
    return asm


@pytest.mark.parametrize("heads", [(16, 8, 128, True), (14, 2, 64, False)])
def test_what_a_layer_needs_compiles(heads: tuple[int, int, int, bool]) -> None:
    from model_runtime.backends.card import kernels

    queries, shared, size, normed = heads
    rows = {"x": FLOAT, "added": HALF, "weight": FLOAT, "out": HALF, "size": INT, "epsilon": "fp32"}
    assert compiled(kernels._normalise, rows, {"BLOCK": 2048})["cubin"]
    assert compiled(kernels._gate, {"x": HALF, "out": HALF, "size": INT}, {"BLOCK": 1024})["cubin"]
    given = {"queries": HALF, "keys": HALF, "values": HALF, **CACHE}
    assert compiled(
        kernels._remember,
        {"x": HALF, "norms": FLOAT, "turns": FLOAT, "turn_stride": INT, "epsilon": "fp32", **given},
        {"HEADS": queries, "KV_HEADS": shared, "SIZE": size, "BLOCK": size, "NORMED": normed},
    )["cubin"]
    for height in (1, 16):
        group = queries // shared
        assert compiled(
            kernels._attend,
            {"out": HALF, "pieces": "*i32", "scale": "fp32", **given},
            {
                "KV_HEADS": shared,
                "GROUP": group,
                "SIZE": size,
                "BLOCK": size,
                "ROWS": max(16, triton.next_power_of_2(group * height)),
                "SPAN": 64,
            },
        )["cubin"]


@pytest.mark.parametrize("height", [16, 32, 64])
def test_products_with_int8_compile(height: int) -> None:
    from model_runtime.backends.card import product

    types = {"x": HALF, "levels": "*i8", "scales": FLOAT, "out": FLOAT, "rows": INT, "outputs": INT, "inputs": INT}
    assert compiled(product._multiply, types, {"STEPS": 4, "HEIGHT": height, "WIDTH": 32, "DEPTH": 256})["cubin"]
