"""Side files of sentence models: how vectors are made, and what would make them wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertModel

from model_runtime.backends.encoder import TextEncoder
from model_runtime.backends.load_texts import load_texts
from model_runtime.backends.texts import TextModel
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.quantization import choose_kernels
from model_runtime.quantizations import Quantization
from tests.runtime.support.checkpoints import make_encoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_encoder(tmp_path / "model")


def load(folder: Path, quantization: Quantization = "none") -> TextModel:
    return load_texts(
        folder,
        quantization=quantization,
        kernels=choose_kernels(quantization, "cpu", "auto"),
        device="cpu",
        architecture="BertModel",
        threads=1,
    )


def write(folder: Path, name: str, value: Any) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(value))


@pytest.mark.parametrize(
    "config", [{"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, {"pooling_mode": "cls"}]
)
def test_the_first_tokens_state_is_taken_where_the_folder_says_so(folder: Path, config: dict[str, Any]) -> None:
    write(folder, "1_Pooling/config.json", {"word_embedding_dimension": 64} | config)
    pooling = check_folder(folder).pooling
    assert pooling is not None and pooling.first_token
    encoder = TextEncoder(load(folder), folder, pooling)
    tokens = encoder.tokenize(["Refunds are paid."])
    with torch.inference_mode():
        own = BertModel.from_pretrained(str(folder)).eval()
        first = own(input_ids=torch.tensor(tokens)).last_hidden_state[0, 0]
    assert encoder.run(tokens)[0] == pytest.approx((first / first.norm()).tolist(), abs=1e-5)


@pytest.mark.parametrize(("quantization", "least"), [("int8", 0.995), ("nf4", 0.9)])
def test_quantized_vectors_point_where_the_plain_ones_do(
    folder: Path, quantization: Quantization, least: float
) -> None:
    pooling = check_folder(folder).pooling
    assert pooling is not None
    plain, small = (TextEncoder(load(folder, one), folder, pooling) for one in ("none", quantization))
    tokens = plain.tokenize(["Refunds are paid.", "退货请在三十天内提出。"])
    for wanted, seen in zip(plain.run(tokens), small.run(tokens), strict=True):
        assert sum(a * b for a, b in zip(wanted, seen, strict=True)) > least


def test_texts_are_cut_where_the_model_was_trained_to_end(folder: Path) -> None:
    write(folder, "sentence_bert_config.json", {"max_seq_length": 32, "do_lower_case": False})
    assert check_folder(folder).context_length == 32


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "pooling_mode_max_tokens"),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}, "lasttoken"),
        ("1_Pooling/config.json", {"pooling_mode": ["mean"]}, "not supported"),
        (
            "1_Pooling/config.json",
            {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True},
            "not supported",
        ),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], "Dense"),
        ("modules.json", [{"type": "evil.Module"}], "evil.Module"),
        ("modules.json", {"a": 1}, "not supported"),
        ("sentence_bert_config.json", {"max_seq_length": -1}, "max_seq_length"),
        ("sentence_bert_config.json", {"max_seq_length": "256"}, "max_seq_length"),
    ],
)
def test_what_would_make_other_vectors_is_refused(folder: Path, name: str, value: Any, why: str) -> None:
    write(folder, name, value)
    with pytest.raises(ModelRefused, match=why):
        check_folder(folder)
