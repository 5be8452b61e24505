"""BERT without torch. That it computes what transformers does, tests of loading classifiers say."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file
from transformers import BertModel

from model_runtime.backends.bert.encoder import Bert
from model_runtime.backends.bert.load import load_bert
from model_runtime.backends.reranker import Reranker
from model_runtime.loading.judging.labels import Labels
from tests.runtime.support.checkpoints import edit_json
from tests.runtime.support.imports import libraries_for
from tests.runtime.support.pooled_checkpoints import make_classifier, make_pooled

DOCUMENTS = ["Refunds are paid to the card.", "x", "Who pays? " * 20, "A box of forty tins."]
WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def judging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_classifier(tmp_path_factory.mktemp("models") / "judge", "Bert", id2label={0: "answers"})


@pytest.fixture
def encoding(tmp_path: Path) -> Path:
    return make_pooled(tmp_path / "model", "Bert", "Model")


def loaded(folder: Path, *, int8: bool = False, threads: int = 1) -> Bert:
    model = load_bert(folder, int8=int8, threads=threads)
    assert model is not None
    return model


def reranker(folder: Path, **how: Any) -> Reranker:
    return Reranker(loaded(folder, **how), folder, labels=Labels(("answers",), several=True), window=130)


@pytest.mark.parametrize("int8", [False, True])
def test_a_score_is_the_same_with_any_neighbours_and_any_number_of_threads(judging: Path, int8: bool) -> None:
    judge = reranker(judging, int8=int8)
    pairs = judge.pair("Who pays?", DOCUMENTS)
    together = [row[0] for row in judge.run(pairs)]
    assert len({round(score, 3) for score in together}) == len(pairs)
    by_two = reranker(judging, int8=int8, threads=2).run(pairs)
    for others in ([judge.run([pair])[0] for pair in pairs], by_two):
        assert together == pytest.approx([row[0] for row in others], abs=1e-6)  # the head's sums are numpy's


def test_more_tokens_than_ever_before_find_room(judging: Path) -> None:
    judge = reranker(judging)
    alone = judge.run(judge.pair("Who pays?", DOCUMENTS[:1]))
    many = judge.run(judge.pair("Who pays?", [DOCUMENTS[2]] * 30 + DOCUMENTS[:1]))
    assert many[-1] == pytest.approx(alone[0], abs=1e-6)


@pytest.mark.parametrize("first", [False, True])
def test_a_text_without_a_token_is_refused_and_the_next_is_computed(encoding: Path, first: bool) -> None:
    model = loaded(encoding)
    with pytest.raises(ValueError, match="without a token"):
        model.states([[1, 1, 1], []], first=first)
    assert np.isfinite(model.states([[1, 1, 1], [1]], first=first)).all()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_weights_of_half_precision_are_read_as_torch_reads_them(encoding: Path, dtype: torch.dtype) -> None:
    halves = BertModel.from_pretrained(str(encoding)).to(dtype)
    halves.save_pretrained(encoding)
    ids = [5, 6, 7, 300]
    with torch.inference_mode():
        wanted = halves.float().eval()(input_ids=torch.tensor([ids])).last_hidden_state[0, 0]
    assert loaded(encoding).states([ids], first=True)[0] == pytest.approx(wanted.numpy(), abs=1e-5)


def test_the_names_that_the_first_files_of_bert_have_are_read_too(encoding: Path) -> None:
    wanted = loaded(encoding).states([[5, 6, 7]], first=False)
    older = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    renamed = {}
    for name, tensor in load_file(encoding / WEIGHTS).items():
        end = next((old for old in older if name.endswith(old)), "")
        renamed[f"bert.{name.removesuffix(end)}{older.get(end, '')}"] = torch.from_numpy(tensor)
    save_file(renamed, encoding / WEIGHTS, metadata={"format": "pt"})
    assert (loaded(encoding).states([[5, 6, 7]], first=False) == wanted).all()


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_act": "relu"},
        {"is_decoder": True},
        {"intermediate_size": None},  # transformers has a size in mind
        {"num_hidden_layers": 1},  # the file's second layer would not be computed
        {"max_position_embeddings": 64},
    ],
)
def test_what_it_does_not_compute_is_left_to_transformers(encoding: Path, change: dict[str, Any]) -> None:
    edit_json(encoding / "config.json", **change)
    assert load_bert(encoding, int8=False, threads=1) is None


def test_a_null_where_a_number_belongs_is_left_to_transformers(encoding: Path) -> None:
    config = json.loads((encoding / "config.json").read_bytes())
    (encoding / "config.json").write_text(json.dumps(config | {"layer_norm_eps": None}))
    assert load_bert(encoding, int8=False, threads=1) is None


def test_a_process_that_serves_it_imports_no_torch(judging: Path) -> None:
    assert libraries_for(judging) == []
