"""What the check says of classifiers: their classes, and configs that lie about them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.dry_load import dry_load
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.verdict import print_verdict
from tests.runtime.support.checkpoints import edit_json


def refusal(folder: Path) -> str:
    with pytest.raises(ModelRefused) as refused:
        check_folder(folder)
    return str(refused.value)


def verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    print_verdict(folder)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_verdict_names_the_kind_and_the_classes(
    good_classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = verdict(good_classifier, capsys)
    assert (answer["ok"], answer["reason"]) == (True, None)
    assert (answer["kind"], answer["labels"]) == ("classifier", ["fine", "rude", "危险"])
    assert answer["context_length"] == 130
    assert set(answer["estimated_bytes"]) == {"none", "int8", "nf4"}


def test_the_verdict_of_a_model_of_images_has_no_context(
    good_image_classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = verdict(good_image_classifier, capsys)
    assert (answer["ok"], answer["reason"]) == (True, None)
    assert (answer["kind"], answer["labels"]) == ("image_classifier", ["cat", "dog", "crane"])
    assert answer["context_length"] is None


NAMES = {"0": "a", "1": "b", "2": "c"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id2label": {}}, "must be an object"),
        ({"id2label": ["a", "b", "c"]}, "must be an object"),
        ({"id2label": {"0": "a", "1": "b"}}, "tell 3 classes apart, the config names 2"),
        ({"id2label": NAMES | {"3": "d"}}, "tell 3 classes apart, the config names 4"),
        ({"id2label": {"-1": "a", "0": "b", "1": "c"}}, "number its classes from 0 to 2"),
        ({"id2label": {"0": "a", "1": "b", "9999999999": "c"}}, "number its classes from 0 to 2"),
        ({"id2label": {"0": "a", "1": "b", "02": "c"}}, "number its classes from 0 to 2"),
        ({"id2label": NAMES | {"1": {"name": "b"}}}, "name of class 1"),
        ({"id2label": NAMES | {"1": 7}}, "name of class 1"),
        ({"id2label": NAMES | {"1": ""}}, "name of class 1"),
        ({"id2label": NAMES | {"1": "x" * 501}}, "name of class 1"),
        ({"id2label": NAMES | {"1": "b\u0000"}}, "name of class 1"),
        ({"id2label": {"0": "a", "1": "a (2)", "2": "a"}}, "names two classes"),
        ({"num_labels": 7}, "disagree"),
        ({"num_labels": -1}, "num_labels"),
        ({"num_labels": 10**9, "id2label": None}, "num_labels"),
        ({"num_labels": True}, "num_labels"),
        ({"problem_type": "regression"}, "regression"),
        ({"problem_type": "other"}, "problem_type"),
        ({"problem_type": 1}, "problem_type"),
        ({"architectures": ["BertForTokenClassification"]}, "BertForSequenceClassification"),
        ({"architectures": ["BertModel", "BertForSequenceClassification"]}, "architectures"),
        ({"id2label": NAMES | {"1": "auto_map"}}, ""),
    ],
)
def test_classes_that_are_no_plain_list_of_names_are_refused(
    classifier: Path, change: dict[str, Any], why: str
) -> None:
    edit_json(classifier / "config.json", **change)
    if why:
        assert why in refusal(classifier)
    else:
        assert check_folder(classifier).labels is not None


def test_ten_million_classes_are_refused_before_they_are_read(classifier: Path) -> None:
    with (classifier / "config.json").open("wb") as file:
        file.write(b'{"id2label": {"0": "a", ')
        file.truncate(10_000_000 * len('"1234567": "a", '))
    assert "larger than 4194304 bytes" in refusal(classifier)


def test_hundreds_of_thousands_of_keys_with_one_twice_are_refused_in_no_time(classifier: Path) -> None:
    names = ",".join(f'"{number}":"x"' for number in [*range(250_000), 249_999])
    (classifier / "config.json").write_text('{"id2label":{' + names + "}}")
    assert "the key '249999' appears twice" in refusal(classifier)


def test_more_classes_than_any_model_has_are_refused(classifier: Path) -> None:
    edit_json(classifier / "config.json", id2label={str(number): "x" for number in range(30_001)})
    assert "at most 30000" in refusal(classifier)


def test_two_classes_of_one_name_are_told_apart_by_their_number(classifier: Path) -> None:
    edit_json(classifier / "config.json", id2label={"0": "crane", "1": "dog", "2": "crane"})
    labels = check_folder(classifier).labels
    assert labels is not None and labels.names == ("crane", "dog", "crane (2)")


def test_names_of_classes_may_look_like_keys_that_run_code(classifier: Path) -> None:
    names = {"0": "_other", "1": "custom_tag", "2": "auto_map"}
    label2id = {name: int(number) for number, name in names.items()}
    edit_json(classifier / "config.json", id2label=names, label2id=label2id)
    labels = check_folder(classifier).labels
    assert labels is not None and labels.names == ("_other", "custom_tag", "auto_map")


def test_weights_without_a_head_cannot_classify(classifier: Path) -> None:
    weights = load_file(classifier / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, classifier / "model.safetensors")
    assert "no classifier.weight" in refusal(classifier)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bert.pooler.dense.weight": None}, "bert.pooler.dense.weight"),
        ({"bert.encoder.layer.1.output.dense.weight": np.ones((64, 127), np.float32)}, "output.dense.weight"),
        ({"classifier.weight": np.ones((3, 63), np.float32)}, "classifier.weight"),
    ],
)
def test_any_tensor_that_is_missing_or_misshapen_is_found_without_loading_one(
    classifier: Path, change: dict[str, Any], why: str
) -> None:
    weights = load_file(classifier / "model.safetensors") | change
    kept = {name: tensor for name, tensor in weights.items() if tensor is not None}
    save_file(kept, classifier / "model.safetensors")
    with pytest.raises(ModelRefused, match=why):
        dry_load(classifier, check_folder(classifier).architecture)


def test_the_verdict_on_missing_weights_names_the_first(
    classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = load_file(classifier / "model.safetensors")
    del weights["bert.pooler.dense.weight"]
    save_file(weights, classifier / "model.safetensors")
    answer = verdict(classifier, capsys)
    assert (answer["ok"], answer["kind"]) == (False, "classifier")
    assert "lack 1 tensors, the first is bert.pooler.dense.weight" in answer["reason"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"image_size": 2**20}, "image_size"),
        ({"image_size": -1}, "image_size"),
        ({"image_size": [32, 32]}, "image_size"),
        ({"patch_size": 10**6}, "patch_size"),
        ({"num_channels": 10**6}, "num_channels"),
        ({"hidden_size": 10**9}, "hidden_size"),
        ({"surprise": 1}, "surprise"),
        ({"image_size": 64}, "32 × 32 pixels, the model reads 64 × 64"),
    ],
)
def test_a_config_of_images_with_absurd_sizes_is_refused(
    image_classifier: Path, change: dict[str, Any], why: str
) -> None:
    edit_json(image_classifier / "config.json", **change)
    assert why in refusal(image_classifier)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"surprise": 1}, "surprise"),
        ({"auto_map": {"AutoImageProcessor": "evil.Processor"}}, "foreign code"),
        ({"image_processor_type": "EvilImageProcessor"}, "not supported"),
        ({"image_processor_type": ["ViTImageProcessor"]}, "not supported"),
        ({"size": {"height": 10**6, "width": 10**6}}, "size must give"),
        ({"size": {"height": 0, "width": 32}}, "size must give"),
        ({"size": -1}, "size must give"),
        ({"size": {"longest_edge": 32}}, "size must give"),
        ({"size": {"height": 32, "width": 32, "max_pixels": 9}}, "size must give"),
        ({"size": {"shortest_edge": 32}}, "do_center_crop must be true"),
        ({"size": "32"}, "size must give"),
        ({"do_center_crop": True, "crop_size": 10**6}, "crop_size must give"),
        ({"do_resize": False}, "do_resize must be true"),
        ({"do_resize": 0}, "do_resize must be true or false"),
        ({"do_normalize": "yes"}, "do_normalize must be true or false"),
        ({"rescale_factor": 10**30}, "rescale_factor"),
        ({"rescale_factor": "1"}, "rescale_factor"),
        ({"resample": 99}, "resample"),
        ({"resample": True}, "resample"),
        ({"image_mean": [0.5] * 4}, "image_mean"),
        ({"image_mean": 0.5}, "image_mean"),
        ({"image_std": [0.5, 0, 0.5]}, "image_std"),
        ({"image_std": ["0.5"] * 3}, "image_std"),
    ],
)
def test_a_preprocessor_that_is_unknown_or_unbounded_is_refused(
    image_classifier: Path, change: dict[str, Any], why: str
) -> None:
    edit_json(image_classifier / "preprocessor_config.json", **change)
    assert why in refusal(image_classifier)


def test_an_infinite_number_is_no_number(image_classifier: Path) -> None:
    path = image_classifier / "preprocessor_config.json"
    path.write_text(path.read_text().replace("0.2", "1e999"))
    assert "image_std" in refusal(image_classifier)


def test_without_a_preprocessor_nobody_knows_how_images_are_prepared(image_classifier: Path) -> None:
    (image_classifier / "preprocessor_config.json").unlink()
    assert "no preprocessor_config.json" in refusal(image_classifier)


def test_a_size_said_twice_is_refused(tmp_path: Path) -> None:
    from tests.runtime.support.pooled_checkpoints import make_classifier

    folder = make_classifier(tmp_path / "model", "DistilBert")
    edit_json(folder / "config.json", hidden_size=32)
    assert "hidden_size and dim disagree" in refusal(folder)
