"""The compiled layers of BERT. That they compute what transformers does, tests of loading classifiers say."""

from pathlib import Path

import pytest
import torch

from model_runtime.backends.reranker import Reranker
from model_runtime.loading.labels import Labels
from model_runtime.loading.quantization import Kernels
from model_runtime.loading.weights import load_module
from model_runtime.quantizations import Quantization
from tests.runtime.support.pooled_checkpoints import make_classifier, make_pooled

DOCUMENTS = ["Refunds are paid to the card.", "x", "Who pays? " * 20, "A box of forty tins."]
KINDS: list[tuple[Quantization, Kernels]] = [("none", "float32"), ("int8", "fbgemm")]


def reranker(folder: Path, quantization: Quantization, kernels: Kernels, threads: int = 1) -> Reranker:
    torch.set_num_threads(threads)
    module = load_module(
        folder,
        quantization=quantization,
        kernels=kernels,
        device="cpu",
        architecture="BertForSequenceClassification",
    )
    return Reranker(module, folder, labels=Labels(("answers",), several=True), window=130)


@pytest.mark.parametrize(("quantization", "kernels"), KINDS)
def test_a_score_is_the_same_with_any_neighbours_and_any_number_of_threads(
    tmp_path: Path, quantization: Quantization, kernels: Kernels
) -> None:
    folder = make_classifier(tmp_path / "model", "Bert", id2label={0: "answers"})
    judge = reranker(folder, quantization, kernels)
    pairs = judge.pair("Who pays?", DOCUMENTS)
    together = [row[0] for row in judge.run(pairs)]
    assert len({round(score, 3) for score in together}) == len(pairs)
    by_two = reranker(folder, quantization, kernels, threads=2).run(pairs)
    for others in ([judge.run([pair])[0] for pair in pairs], by_two):
        assert together == pytest.approx([row[0] for row in others], abs=1e-6)  # the head's sums are torch's


def test_more_tokens_than_ever_before_find_room(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "model", "Bert", id2label={0: "answers"})
    judge = reranker(folder, "none", "float32")
    alone = judge.run(judge.pair("Who pays?", DOCUMENTS[:1]))
    many = judge.run(judge.pair("Who pays?", [DOCUMENTS[2]] * 30 + DOCUMENTS[:1]))
    assert many[-1] == pytest.approx(alone[0], abs=1e-6)


@pytest.mark.parametrize("task", ["Model", "ForSequenceClassification"])
def test_a_sequence_without_a_token_is_refused_and_the_next_is_computed(tmp_path: Path, task: str) -> None:
    folder = make_pooled(tmp_path / "model", "Bert", task)
    module = load_module(folder, quantization="none", kernels="float32", device="cpu", architecture=f"Bert{task}")
    ids, nothing = torch.ones(2, 3, dtype=torch.long), torch.tensor([[1, 1, 1], [0, 0, 0]])
    with torch.inference_mode():
        with pytest.raises(ValueError, match="without a token"):
            module(input_ids=ids, attention_mask=nothing)
        assert torch.isfinite(module(input_ids=ids, attention_mask=torch.ones_like(ids))[0]).all()
