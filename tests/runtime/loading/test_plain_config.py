"""The config of a plain decoder is read as transformers reads it, whether or not it has to."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from transformers import AutoConfig

from model_runtime.backends.decoder.rotary import rotations
from model_runtime.backends.decoder.shape import Shape, supports
from model_runtime.loading.judging.architectures import ARCHITECTURES, PLAIN_DECODERS
from model_runtime.loading.plain_config import read_config
from tests.runtime.backends.test_decoder_backend import SIZES

NAMES = {known.model_type: name for name, known in ARCHITECTURES.items() if name.endswith("ForCausalLM")}
STRETCHED = {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}


def written(folder: Path, model_type: str, **said: Any) -> Any:
    config = AutoConfig.for_model(model_type, **(SIZES | said))
    config.architectures = [NAMES[model_type]]
    config.save_pretrained(folder)
    return config


def assert_alike(folder: Path) -> Any:
    read, wanted = read_config(folder), AutoConfig.from_pretrained(folder)
    assert Shape.of(read) == Shape.of(wanted)
    assert supports(read) == supports(wanted)
    assert (read.tie_word_embeddings, read.eos_token_id) == (wanted.tie_word_embeddings, wanted.eos_token_id)
    if supports(read):
        assert np.allclose(rotations(read, 700), rotations(wanted, 700), atol=1e-6)
    return read


@pytest.mark.parametrize("model_type", sorted(PLAIN_DECODERS))
def test_a_config_that_says_all_is_read_without_transformers(model_type: str, tmp_path: Path) -> None:
    own = {"head_dim": 32 if model_type == "qwen3" else 16, "sliding_window": None, "tie_word_embeddings": True}
    written(tmp_path, model_type, **own)
    assert type(assert_alike(tmp_path)).__name__ == "SimpleNamespace"


@pytest.mark.parametrize("model_type", ["qwen2", "qwen3"])
def test_a_window_that_is_switched_on_is_seen_though_its_width_is_left_to_a_default(
    model_type: str, tmp_path: Path
) -> None:
    said = written(tmp_path, model_type, head_dim=32, use_sliding_window=True, num_hidden_layers=40).to_dict()
    left = {"sliding_window", "layer_types"}
    (tmp_path / "config.json").write_text(json.dumps({name: said[name] for name in said if name not in left}))
    assert not supports(assert_alike(tmp_path))


@pytest.mark.parametrize("model_type", sorted(PLAIN_DECODERS))
@pytest.mark.parametrize(
    "left", ["head_dim", "tie_word_embeddings", "eos_token_id", "sliding_window", "rope_parameters"]
)
def test_what_is_left_to_a_default_is_transformers_default(left: str, model_type: str, tmp_path: Path) -> None:
    said = written(tmp_path, model_type, head_dim=32, sliding_window=None).to_dict()
    (tmp_path / "config.json").write_text(json.dumps({name: said[name] for name in said if name != left}))
    assert_alike(tmp_path)


@pytest.mark.parametrize(
    "changed", [{"sliding_window": 100}, {"hidden_act": "gelu"}, {"rope_parameters": STRETCHED}]
)
def test_what_changes_the_arithmetic_is_seen_in_either_way(changed: dict[str, Any], tmp_path: Path) -> None:
    written(tmp_path, "mistral", head_dim=16, **({"sliding_window": None} | changed))
    assert_alike(tmp_path)
