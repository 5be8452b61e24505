"""Loading for real, plain and quantized, and the embedding encoder."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.bert.load import load_bert
from model_runtime.backends.encoder import TextEncoder
from model_runtime.backends.transformers.backend import TransformersBackend
from model_runtime.loading.fit import OVERHEAD, require_memory, slots_that_fit, with_adapters
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.estimate import estimate_bytes
from model_runtime.loading.judging.folder import read_weights
from model_runtime.loading.judging.safetensors_header import Tensor
from model_runtime.loading.judging.sentence_check import SentencePooling
from model_runtime.loading.quantization import choose_kernels
from model_runtime.loading.weights import load_module
from model_runtime.quantizations import QUANTIZATIONS, Quantization, QuantizationBackend
from tests.runtime.support.adapters import make_adapter
from tests.runtime.support.checkpoints import make_causal
from tests.runtime.support.serving import loaded

torch.set_num_threads(1)
QWEN = "Qwen3ForCausalLM"


def write(module: Any, count: int) -> list[int]:
    backend = TransformersBackend(
        module, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=128, slots=1
    )
    choice = Choice(Sampling(temperature=0), 0.5)
    tokens = [5, 6, 7, 8]
    start = 0
    while len(tokens) < 4 + count:
        ((chosen,),) = backend.run([Work(0, start, tokens[start:], [choice])])
        start = len(tokens)
        tokens.append(chosen.token)
    return tokens[4:]


@pytest.mark.parametrize(
    ("quantization", "wish", "linear", "output"),
    [
        ("none", "auto", "Linear", "Linear"),
        ("int8", "auto", "Int8Module", "Int8Module"),
        ("int8", "bitsandbytes", "Linear8bitLt", "Linear"),
        ("nf4", "auto", "Linear4bit", "Linear"),
    ],
)
def test_every_quantization_loads_and_writes(
    models: Path, quantization: Quantization, wish: QuantizationBackend, linear: str, output: str
) -> None:
    kernels = choose_kernels(quantization, "cpu", wish)
    module = load_module(
        models / "tiny", quantization=quantization, kernels=kernels, device="cpu", architecture=QWEN
    )
    assert type(module.model.layers[0].mlp.up_proj).__name__ == linear
    assert type(module.lm_head).__name__ == output
    tokens = write(module, 12)
    assert all(0 <= token < module.config.vocab_size for token in tokens)


def test_quantized_weights_take_less_memory_as_estimated(models: Path) -> None:
    estimated = estimate_bytes(read_weights(models / "tiny"), 0)
    for quantization in QUANTIZATIONS:
        kernels = choose_kernels(quantization, "cpu", "bitsandbytes")
        module = load_module(
            models / "tiny", quantization=quantization, kernels=kernels, device="cpu", architecture=QWEN
        )
        assert module.get_memory_footprint() == pytest.approx(estimated[quantization], rel=0.05)


def test_missing_tensors_are_not_made_up(tmp_path: Path) -> None:
    folder = make_causal(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights.pop("model.layers.1.mlp.up_proj.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelRefused, match=r"lack 1 tensors.*up_proj"):
        load_module(folder, quantization="none", kernels="float32", device="cpu", architecture=QWEN)


def test_tensors_of_another_size_are_refused(tmp_path: Path) -> None:
    folder = make_causal(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"] = np.ones(65, np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelRefused, match="do not fit"):
        load_module(folder, quantization="none", kernels="float32", device="cpu", architecture=QWEN)


def test_loading_never_unpickles(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr("torch.load", refuse)
    monkeypatch.setattr("pickle.Unpickler", refuse)
    module = load_module(models / "tiny", quantization="none", kernels="float32", device="cpu", architecture=QWEN)
    assert len(write(module, 1)) == 1


def test_what_does_not_fit_is_refused_with_the_numbers(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = check_folder(models / "tiny")
    require_memory(facts, "none", "cpu")
    monkeypatch.setattr("model_runtime.loading.fit.available_memory", lambda: 100_000_000)
    with pytest.raises(ModelRefused, match=r"0\.5 GB with quantization none; 0\.1 GB are free"):
        require_memory(facts, "none", "cpu")


def test_adapters_count_in_what_must_fit(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adapters = {
        name: make_adapter(tmp_path / name, models / "tiny", rank=rank) for name, rank in (("a", 3), ("b", 40))
    }
    facts = check_folder(models / "tiny")
    beside = with_adapters(facts, adapters)
    halves = [half for one in adapters.values() for half in load_file(one / "adapter_model.safetensors").values()]
    numbers = sum(half.size for half in halves)
    for quantization in QUANTIZATIONS:
        assert beside.estimated_bytes[quantization] == facts.estimated_bytes[quantization] + 4 * numbers
    monkeypatch.setattr(
        "model_runtime.loading.fit.available_memory", lambda: OVERHEAD + facts.estimated_bytes["none"]
    )
    require_memory(facts, "none", "cpu")
    with pytest.raises(ModelRefused, match="needs about"):
        require_memory(beside, "none", "cpu")


def test_vectors_have_length_one_and_do_not_depend_on_their_batch(models: Path) -> None:
    model = load_bert(models / "encoder", int8=False, threads=1)
    assert model is not None
    encoder = TextEncoder(model, models / "encoder", SentencePooling(first_token=False, window=128))
    tokens = encoder.tokenize(["Refunds are paid.", "退货", "x" * 5000])
    assert len(tokens[2]) <= 128
    together = encoder.run(tokens)
    for vector, ids in zip(together, tokens, strict=True):
        assert math.hypot(*vector) == pytest.approx(1)
        assert vector == pytest.approx(encoder.run([ids])[0], abs=1e-5)


def test_a_wish_for_kernels_that_cannot_be_met_is_refused() -> None:
    with pytest.raises(ModelRefused, match="int8 on a CPU only"):
        choose_kernels("nf4", "cpu", "fbgemm")
    with pytest.raises(ModelRefused, match="int8 on a CPU only"):
        choose_kernels("int8", "cuda", "fbgemm")


def test_the_fast_int8_layers_compute_nearly_what_the_plain_ones_do(models: Path) -> None:
    plain, fast = (
        load_module(models / "tiny", quantization="none", kernels=kernels, device="cpu", architecture=QWEN)
        for kernels in ("float32", "fbgemm")
    )
    tokens = torch.arange(5, 45)[None]
    with torch.inference_mode():
        wanted, seen = (model(input_ids=tokens).logits.log_softmax(-1) for model in (plain, fast))
    assert float((wanted - seen).abs().mean()) < 0.05 * float(wanted.std())


def test_only_as_many_slots_are_opened_as_could_all_be_full(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = check_folder(models / "tiny")
    position = 2 * 2 * 2 * 16 * 4  # keys and values, layers, heads, numbers, bytes
    assert facts.position_bytes == position
    weights = facts.estimated_bytes["none"] - position * 512 + OVERHEAD

    def fitting(room: int) -> int:
        monkeypatch.setattr("model_runtime.loading.fit.available_memory", lambda: weights + room)
        return slots_that_fit(facts, "none", "cpu", wanted=8, context_length=512)

    full = position * 512
    assert [fitting(room) for room in (100 * full, 8 * full, 8 * full - 1, 3 * full, 0)] == [8, 8, 7, 3, 1]


def test_int8_is_no_choice_where_its_sums_could_leave_32_bits() -> None:
    def possible(inputs: int) -> set[str]:
        return set(estimate_bytes([Tensor("model.layers.0.mlp.down_proj.weight", "F32", (64, inputs), 0, 0)], 0))

    assert possible(1 << 17) == {"none", "int8", "nf4"}
    assert possible((1 << 17) + 64) == {"none", "nf4"}


# Scales, offsets and biases are a tenth of so small a model's int8 weights.
@pytest.mark.parametrize(("quantization", "tolerance"), [("none", 0.05), ("int8", 0.12)])
def test_the_lean_decoder_takes_what_was_estimated_its_own_output_layer_included(
    models: Path, quantization: Quantization, tolerance: float
) -> None:
    facts = check_folder(models / "tiny")
    weights = facts.estimated_bytes[quantization] - facts.position_bytes * 512
    assert loaded(models / "tiny", "--quantization", quantization).memory_bytes == pytest.approx(
        weights, rel=tolerance
    )


def test_the_report_names_the_int8_kernels_that_compute(models: Path) -> None:
    for wish, kernels in (("auto", "numba"), ("bitsandbytes", "bitsandbytes")):
        runtime = loaded(models / "tiny", "--quantization", "int8", "--quantization-backend", wish)
        assert runtime.report["kernels"] == kernels
