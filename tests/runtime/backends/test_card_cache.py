"""Keys and values of the decoder for a card, which are tensors like any other: no kernel and no card is needed."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest
import torch

from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.decoder.shape import Shape

CARD = "model_runtime.backends.card"


def test_a_prefix_is_copied_also_after_the_cache_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels, weights = ModuleType(f"{CARD}.kernels"), ModuleType(f"{CARD}.weights")
    kernels.__dict__.update(dict.fromkeys(("attend", "gate", "normalise", "remember")))
    weights.__dict__["Weights"] = object
    for module in (kernels, weights):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.delitem(sys.modules, f"{CARD}.decoder", raising=False)
    shape = Shape(vocabulary=50, layers=1, hidden=8, intermediate=8, heads=2, kv_heads=1, head_size=4, epsilon=1e-6)
    decoder = importlib.import_module(f"{CARD}.decoder").CardDecoder(
        SimpleNamespace(embedding=torch.zeros(50, 8), nbytes=0),
        shape,
        torch.zeros(2, 5000, 2),
        slots=2,
        context_length=5000,
        record=lambda compute: compute,
    )
    decoder._compute = lambda *_given, **_how: torch.tensor([[0.0, 1.0, 0.0]])
    (chosen,) = decoder.compute([Work(0, 3000, [1], [Choice(Sampling(temperature=0), 0.5)])])
    assert chosen.token == 1
    for store in decoder._stores:
        assert store.shape[1] > 3000
    decoder.copy(0, 1, 3000)
    monkeypatch.delitem(sys.modules, f"{CARD}.decoder")
