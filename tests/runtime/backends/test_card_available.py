"""Kernels of our own are for machines that can compile them; all others compute as they did."""

import logging
import sys
from types import SimpleNamespace

import pytest
import torch

from model_runtime.backends.card import available


def test_without_triton_the_general_path_computes_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(available, "find_spec", lambda _name: None)
    assert not available.compiles()
    assert not caplog.records


def test_a_machine_without_a_compiler_says_so_once_and_computes_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Failed to find C compiler.")

    monkeypatch.setattr(available, "find_spec", lambda _name: object())
    monkeypatch.setitem(sys.modules, "model_runtime.backends.card.kernels", SimpleNamespace(gate=fail))
    monkeypatch.setattr(torch, "zeros", lambda *_, **__: None)
    with caplog.at_level(logging.WARNING):
        assert not available.compiles()
    assert [record.message for record in caplog.records] == [
        "kernels of our own cannot be compiled, so the general path computes: Failed to find C compiler."
    ]
