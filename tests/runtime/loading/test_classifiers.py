"""Every architecture of classifiers and encoders, against transformers' own pipelines on the same checkpoint."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from transformers import PreTrainedTokenizerFast

from model_runtime.backends.classifier import TextClassifier
from model_runtime.backends.encoder import TextEncoder
from model_runtime.backends.image_classifier import ImageClassifier
from model_runtime.backends.load_texts import load_texts
from model_runtime.loading.fit import require_memory
from model_runtime.loading.image_preparation import ImagePreparation
from model_runtime.loading.judging.check import Facts, check_folder
from model_runtime.loading.judging.dry_load import dry_load
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.memory import footprint
from model_runtime.loading.quantization import choose_kernels
from model_runtime.loading.weights import load_module
from model_runtime.quantizations import Quantization
from tests.runtime.support.pooled_checkpoints import (
    PROCESSORS,
    SIZES,
    make_classifier,
    make_image_classifier,
    make_pooled,
)

torch.set_num_threads(1)
TEXTS = ["Refunds are paid to the card.", "退货请在三十天内提出。", "Who pays? " * 20, "x"]
ENCODERS = ("Bert", "DistilBert", "ModernBert", "Roberta", "XLMRoberta")


def checked(folder: Path, quantization: Quantization = "none") -> tuple[Facts, dict[str, Any]]:
    """What the folder says of itself, and how it is loaded."""
    facts = check_folder(folder)
    dry_load(folder, facts.architecture)
    kernels = choose_kernels(quantization, "cpu", "auto")
    how = {"quantization": quantization, "kernels": kernels, "device": "cpu", "architecture": facts.architecture}
    return facts, how


def text_classifier(folder: Path, quantization: Quantization = "none") -> TextClassifier:
    facts, how = checked(folder, quantization)
    assert facts.labels is not None
    model = load_texts(folder, threads=1, **how)
    return TextClassifier(model, folder, labels=facts.labels, window=facts.context_length)


def image_classifier_of(folder: Path, quantization: Quantization = "none") -> ImageClassifier:
    facts, how = checked(folder, quantization)
    assert facts.labels is not None and facts.preprocessor is not None
    return ImageClassifier(load_module(folder, **how), ImagePreparation(facts.preprocessor), labels=facts.labels)


def judged_by_transformers(folder: Path, texts: list[str]) -> list[dict[str, float]]:
    model = transformers.AutoModelForSequenceClassification.from_pretrained(str(folder))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    pipeline = transformers.pipeline(
        "text-classification", model=model, tokenizer=tokenizer, top_k=None, device="cpu"
    )
    return [{one["label"]: one["score"] for one in answer} for answer in pipeline(texts)]


@pytest.mark.parametrize("family", sorted(set(SIZES) - set(PROCESSORS)))
def test_texts_are_classified_as_transformers_does_it(tmp_path: Path, family: str) -> None:
    folder = make_classifier(tmp_path / "model", family)
    classifier = text_classifier(folder)
    expected = judged_by_transformers(folder, TEXTS)
    together = classifier.run(classifier.tokenize(TEXTS, None))
    for row, scores in zip(together, expected, strict=True):
        assert dict(zip(classifier.labels.names, row, strict=True)) == pytest.approx(scores, abs=1e-5)
    assert (
        len({max(range(3), key=row.__getitem__) for row in together} | {round(row[0], 3) for row in together}) > 1
    )


def test_several_classes_may_hold_at_once(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "model", problem_type="multi_label_classification")
    classifier = text_classifier(folder)
    row = classifier.run(classifier.tokenize(TEXTS[:1], None))[0]
    (scores,) = judged_by_transformers(folder, TEXTS[:1])
    assert dict(zip(classifier.labels.names, row, strict=True)) == pytest.approx(scores, abs=1e-5)
    assert abs(sum(row) - 1) > 1e-3, "a sigmoid of each, not one choice among them"


def test_one_class_alone_gets_a_probability_of_its_own(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "model", "Qwen3", id2label={0: "unsafe"})
    classifier = text_classifier(folder)
    row = classifier.run(classifier.tokenize(TEXTS[:1], None))[0]
    (scores,) = judged_by_transformers(folder, TEXTS[:1])
    assert row == [pytest.approx(scores["unsafe"], abs=1e-5)]


@pytest.mark.parametrize("padding", [None, 0, 5])
def test_a_decoders_answer_does_not_depend_on_the_batch_or_its_padding_token(
    tmp_path: Path, padding: int | None
) -> None:
    classifier = text_classifier(make_classifier(tmp_path / "model", "Llama", pad_token_id=padding))
    batch = [[5, 6, 7, 5], [9], [5, 5]]
    for row, tokens in zip(classifier.run(batch), batch, strict=True):
        assert row == pytest.approx(classifier.run([tokens])[0], abs=1e-5)


@pytest.mark.parametrize("family", ["Bert", "Roberta", "DistilBert", "DebertaV2", "ModernBert"])
def test_a_text_as_long_as_the_window_is_computed(tmp_path: Path, family: str) -> None:
    classifier = text_classifier(make_classifier(tmp_path / "model", family))
    cut = classifier.tokenize(["Who pays? " * 200], classifier.window)
    assert len(cut[0]) == classifier.window
    assert (cut[0][0], cut[0][-1]) == (1, 2), "start and end stay"
    assert sum(classifier.run(cut)[0]) == pytest.approx(1)


@pytest.mark.parametrize("family", ENCODERS)
def test_encoders_make_the_mean_of_the_last_layer(tmp_path: Path, family: str) -> None:
    folder = make_pooled(tmp_path / "model", family, "Model")
    facts, how = checked(folder)
    assert facts.kind == "embedder" and facts.pooling is not None
    encoder = TextEncoder(load_texts(folder, threads=1, **how), folder, facts.pooling)
    tokens = encoder.tokenize([*TEXTS, "Who pays? " * 200])
    assert len(tokens[-1]) == facts.context_length
    own = getattr(transformers, f"{family}Model").from_pretrained(str(folder)).eval()
    for vector, ids in zip(encoder.run(tokens), tokens, strict=True):
        with torch.inference_mode():
            mean = own(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0)
        assert vector == pytest.approx((mean / mean.norm()).tolist(), abs=1e-4)
        assert math.hypot(*vector) == pytest.approx(1)


def images() -> list[Image.Image]:
    rng = np.random.default_rng(3)
    return [
        Image.fromarray(rng.integers(0, 255, (height, width, 3), dtype=np.uint8))
        for height, width in ((32, 32), (50, 90), (200, 31))
    ]


@pytest.mark.parametrize("family", sorted(PROCESSORS))
def test_images_are_classified_as_transformers_does_it(tmp_path: Path, family: str) -> None:
    folder = make_image_classifier(tmp_path / "model", family)
    classifier = image_classifier_of(folder)
    model = transformers.AutoModelForImageClassification.from_pretrained(str(folder))
    processor = transformers.AutoImageProcessor.from_pretrained(str(folder), backend="pil")
    pipeline = transformers.pipeline(
        "image-classification", model=model, image_processor=processor, top_k=3, device="cpu"
    )
    rows = classifier.run([classifier.prepare(image) for image in images()])
    for row, answer in zip(rows, pipeline(images()), strict=True):
        scores = {one["label"]: one["score"] for one in answer}
        assert dict(zip(classifier.labels.names, row, strict=True)) == pytest.approx(scores, abs=1e-4)
    assert len({round(row[0], 6) for row in rows}) == 3, "different images, different answers"


@pytest.mark.parametrize("quantization", ["int8", "nf4"])
@pytest.mark.parametrize("family", ["Bert", "ModernBert", "Qwen3", "ViT"])
def test_quantized_classifiers_take_what_was_estimated_and_stay_close(
    tmp_path: Path, family: str, quantization: Quantization
) -> None:
    make: Callable[..., Path] = make_image_classifier if family in PROCESSORS else make_classifier
    folder = make(tmp_path / "model", family)
    build: Callable[..., Any] = image_classifier_of if family in PROCESSORS else text_classifier
    plain, small = build(folder), build(folder, quantization)
    facts = check_folder(folder)
    working = facts.estimated_bytes["none"] - facts.parameters * 4
    model: Any = small._model
    size = footprint(model) if family in PROCESSORS else model.nbytes
    assert size <= (facts.estimated_bytes[quantization] - working) * 1.05
    probe = plain.probe()
    allowed = 0.05 if quantization == "int8" else 0.5
    assert small.run([probe])[0] == pytest.approx(plain.run([probe])[0], abs=allowed)


@pytest.mark.parametrize("quantization", ["int8", "nf4"])
def test_models_of_convolutions_are_not_quantized_and_say_so(tmp_path: Path, quantization: Quantization) -> None:
    facts = check_folder(make_image_classifier(tmp_path / "model", "ResNet"))
    with pytest.raises(ModelRefused, match=f"quantization {quantization}.*choose none"):
        require_memory(facts, quantization, "cpu")


def test_layers_that_nf4_cannot_cut_into_blocks_are_refused_before_loading(tmp_path: Path) -> None:
    facts = check_folder(make_image_classifier(tmp_path / "model", "Swin"))
    with pytest.raises(ModelRefused, match="choose none or int8"):
        require_memory(facts, "nf4", "cpu")


def test_a_classifier_that_does_not_fit_is_refused_with_the_numbers(
    good_classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_runtime.loading.fit.available_memory", lambda: 100_000_000)
    with pytest.raises(ModelRefused, match=r"0\.5 GB with quantization int8; 0\.1 GB are free"):
        require_memory(check_folder(good_classifier), "int8", "cpu")
