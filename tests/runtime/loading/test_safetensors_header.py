"""Headers of weights: what a strict reader refuses, before any memory is taken."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.safetensors_header import read_header

SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)
A = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
B = {"dtype": "U8", "shape": [4], "data_offsets": [8, 12]}


def refuse(path: Path, header: Any, data: bytes = b"\0" * 12, *, length: int | None = None) -> str:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    with pytest.raises(ModelRefused) as refusal:
        read_header(path)
    return str(refusal.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@given(st.dictionaries(NAMES, SHAPES, max_size=6))
def test_what_the_library_writes_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, shapes: dict[str, tuple[int, ...]]
) -> None:
    path = tmp_path_factory.mktemp("written") / "model.safetensors"
    path.write_bytes(save({name: np.zeros(shape, np.float32) for name, shape in shapes.items()}))
    assert {tensor.name: tensor.shape for tensor in read_header(path)} == shapes


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_never_crash(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("random") / "model.safetensors"
    path.write_bytes(raw)
    with pytest.raises(ModelRefused):
        read_header(path)


def test_the_hand_made_header_is_good_before_it_is_broken(file: Path) -> None:
    raw = json.dumps({"a": A, "b": B, "__metadata__": {"format": "pt"}}).encode()
    file.write_bytes(struct.pack("<Q", len(raw)) + raw + b"\0" * 12)
    assert [tensor.name for tensor in read_header(file)] == ["a", "b"]


@pytest.mark.parametrize("length", [0, 1, 2**20, 2**31, 2**63, 2**64 - 1])
def test_an_impossible_length_is_refused(file: Path, length: int) -> None:
    assert "impossible" in refuse(file, {"a": A, "b": B}, length=length)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"a": A, "b": B | {"data_offsets": [4, 8]}}, "overlaps"),
        ({"a": A, "b": B | {"data_offsets": [9, 13]}}, "hole"),
        ({"a": A}, "belong to no tensor"),
        ({"a": A, "b": B, "c": B | {"data_offsets": [12, 16]}}, "cut short, 4 bytes are missing"),
        ({"a": A | {"shape": [3]}, "b": B}, "disagree"),
        ({"a": A | {"shape": [2**40, 2**40]}, "b": B}, "disagree"),
        ({"a": A | {"shape": [-1, -2]}, "b": B}, "no proper shape"),
        ({"a": A | {"shape": [True, 2]}, "b": B}, "no proper shape"),
        ({"a": A | {"shape": [2.0]}, "b": B}, "no proper shape"),
        ({"a": A | {"shape": [1] * 9}, "b": B}, "no proper shape"),
        ({"a": A | {"data_offsets": [8, 0]}, "b": B}, "disagree"),
        ({"a": A | {"dtype": "F8_E4M3"}, "b": B}, "unsupported type"),
        ({"a": A | {"extra": 1}, "b": B}, "not described"),
        ({"a": [], "b": B}, "not described"),
        ({"a\0b": A, "b": B}, "not printable"),
        ({"": A, "b": B}, "not printable"),
    ],
)
def test_a_header_that_lies_is_refused(file: Path, header: dict[str, Any], why: str) -> None:
    assert why in refuse(file, header)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a":%s,"a":%s}' % (json.dumps(A).encode(), json.dumps(A).encode()), "appears twice"),
        (b'{"a":{"dtype":"F32","dtype":"U8","shape":[2],"data_offsets":[0,8]}}', "appears twice"),
        (b'{"\xff":1}', "not valid JSON"),
        (b'{"a":NaN}', "not valid JSON"),
        (b"[" * 100_000, "no JSON object"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\x80\x04K\x01.", "no JSON object"),
    ],
)
def test_a_header_that_is_no_plain_json_is_refused(file: Path, raw: bytes, why: str) -> None:
    assert why in refuse(file, raw)
