"""Folders that people offer by mistake, and what they are told to do instead."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.loading.trial import try_folder
from tests.runtime.support.checkpoints import edit_json, make_causal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_causal(tmp_path / "model")


def refusal(folder: Path) -> str:
    with pytest.raises(ModelRefused) as refused:
        check_folder(folder)
    return str(refused.value)


def test_a_gguf_file_beside_or_instead_of_a_folder_is_told_apart(folder: Path) -> None:
    (folder / "q8.gguf").write_bytes(b"GGUF")
    assert "GGUF is not supported; give the original weights" in refusal(folder)
    assert "q8.gguf is a file; a model is a folder" in refusal(folder / "q8.gguf")
    assert "nothing is downloaded" in refusal(Path("Qwen/Qwen3-0.6B"))


def test_an_adapter_is_told_how_it_is_loaded(folder: Path) -> None:
    adapter = folder / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}))
    assert "--adapter NAME=PATH" in refusal(adapter)


def test_weights_that_are_quantized_already_are_refused_with_what_to_give_instead(folder: Path) -> None:
    edit_json(folder / "config.json", quantization_config={"quant_method": "gptq", "bits": 4})
    assert "give the original weights" in refusal(folder)


def test_notes_of_hub_configs_are_taken_and_what_would_change_the_arithmetic_is_not(folder: Path) -> None:
    notes = {"is_llama_config": True, "unsloth_fixed": True, "transformers.js_config": {"dtype": "q4"}}
    edit_json(folder / "config.json", rope_interleaved=False, **notes)
    assert check_folder(folder).kind == "generator"
    edit_json(folder / "config.json", rope_interleaved=True)
    assert "rope_interleaved must be off:" in refusal(folder)


@pytest.mark.parametrize(
    "changed",
    [
        {"position_embedding_type": "relative_key"},
        {"use_bidirectional_attention": True},
        {"final_logit_softcapping": 30.0},
        {"logits_scaling": 8.0},
        {"no_rope_layers": [1, 0]},
        {"partial_rotary_factor": 0.5},
        {"rope_parameters": {"rope_type": "llama3", "partial_rotary_factor": 0.5}},
    ],
)
def test_a_key_that_this_kind_of_model_would_pass_over_is_refused_by_name(
    folder: Path, changed: dict[str, object]
) -> None:
    neutral = {"position_embedding_type": "absolute", "logits_scaling": 1.0, "partial_rotary_factor": 1.0}
    edit_json(folder / "config.json", final_logit_softcapping=None, **neutral)
    assert check_folder(folder).kind == "generator"
    edit_json(folder / "config.json", **changed)
    key = "partial_rotary_factor" if "rope_parameters" in changed else next(iter(changed))
    assert f"config.json: {key} must be off" in refusal(folder)


def test_a_tensor_in_a_layer_that_the_config_leaves_out_is_named(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    bias = "model.layers.0.self_attn.q_proj.bias"
    weights[bias] = torch.zeros(len(weights["model.layers.0.self_attn.q_proj.weight"]))
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelRefused, match=f"The weights have {bias}, which Qwen3ForCausalLM does not compute"):
        try_folder(folder)


@pytest.mark.parametrize("text", ["{}", "[]", '{"model": {}}', "{"])
def test_a_tokenizer_file_that_is_none_is_named(folder: Path, text: str) -> None:
    (folder / "tokenizer.json").write_text(text)
    with pytest.raises(ModelRefused, match=r"^tokenizer\.json describes no tokenizer: "):
        ChatTokenizer(folder)
