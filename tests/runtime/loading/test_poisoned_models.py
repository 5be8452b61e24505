"""Poisoned models that took down or took over other systems (cases N05 to N15): none is loaded, nothing of it runs.

Cases that whole modules are about are there: headers (N06, N07) in test_safetensors_header, templates (N09) and
files that run code (N14) in test_check.
"""

import importlib.metadata
import json
import pickle
import resource
import shutil
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jinja2 import TemplateError
from safetensors.numpy import load_file, save_file

from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.loading.verdict import print_verdict
from tests.runtime.support.checkpoints import make_causal
from tests.runtime.support.pooled_checkpoints import make_classifier
from tests.runtime.support.serving import loaded, serving

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_causal(tmp_path_factory.mktemp("good") / "model")


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "model"))


def refusal(folder: Path) -> str:
    with pytest.raises(ModelRefused) as refused:
        check_folder(folder)
    return str(refused.value)


class Canary:
    """A pickle of this touches a file when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_n05_a_good_model_is_loaded_and_served_without_any_pickle(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    classifier = make_classifier(tmp_path / "classifier")
    loaded(good, "--slots", "1")  # arithmetic of our own that was compiled before is kept as pickles
    loaded(classifier)
    for name in ("torch.load", "pickle.Unpickler", "pickle.load", "pickle.loads", "_pickle.Unpickler"):
        monkeypatch.setattr(name, refuse)
    with serving(loaded(good, "--slots", "1")) as client:
        written = client.post("/v1/completions", json={"model": "m", "prompt": "hi", "max_tokens": 2})
    with serving(loaded(classifier)) as client:
        classified = client.post("/v1/classify", json={"model": "m", "input": "hi"})
    assert (written.status_code, classified.status_code) == (200, 200)


LYING = {
    "a header of 4 GB": (2**32, {}),
    "a header longer than the file": (10_000, {}),
    "a tensor of 2^80 numbers": (None, {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 8]}),
    "a tensor of 1 TB": (None, {"dtype": "U8", "shape": [2**40], "data_offsets": [0, 2**40]}),
    "a tensor that begins before the file": (None, {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}),
    "a hole": (None, {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}),
    "bytes behind the last tensor": (None, {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}),
    "a type that nobody knows": (None, {"dtype": "PICKLE", "shape": [8], "data_offsets": [0, 8]}),
}


@pytest.mark.parametrize("lie", sorted(LYING))
def test_n06_weights_that_lie_are_refused_before_memory_is_taken(folder: Path, lie: str) -> None:
    length, entry = LYING[lie]
    raw = json.dumps({"a": entry}).encode()
    prefix = struct.pack("<Q", len(raw) if length is None else length)
    (folder / "model.safetensors").write_bytes(prefix + raw + b"\0" * 8)
    tracemalloc.start()
    try:
        assert "model.safetensors" in refusal(folder)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_n08_a_file_that_is_weights_and_pickle_at_once_is_read_as_weights_only(
    folder: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(Canary(canary)))
        file.writestr("archive/version", "3")
    path = folder / "model.safetensors"
    weights = load_file(path)
    weights["zz"] = np.frombuffer(archive.read_bytes(), np.uint8)
    save_file(weights, path, metadata={"format": "pt"})
    assert zipfile.is_zipfile(path), "whoever sniffs at the end of the file takes it for a pickled checkpoint"
    with zipfile.ZipFile(path) as file:
        pickle.loads(file.read("archive/data.pkl"))
    assert canary.exists(), "and runs it"
    canary.unlink()
    with serving(loaded(folder, "--slots", "1")) as client:
        assert client.get("/ready").status_code == 200
    assert not canary.exists()


@pytest.mark.parametrize("name", ["model.safetensors", "notes.txt", "vocab.json"])
def test_n08_a_plain_pickle_or_archive_under_any_name_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    for protocol in range(2, 6):
        (folder / name).write_bytes(pickle.dumps(Canary(canary), protocol))
        assert name in refusal(folder)
    with zipfile.ZipFile(folder / name, "w") as file:
        file.writestr("data.pkl", pickle.dumps(Canary(canary)))
    assert name in refusal(folder)
    assert not canary.exists()


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ messages|attr('__class__') }}",
        "{% set f = '{0.__class__.__base__}'.format %}{{ f(1) }}",
        "{{ ('{0.__class__}'|attr('format'))(1) }}",
        "{{ '{a.__class__}'.format_map({'a': 1}) }}",
        "{% import 'os' as os %}{{ os }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_n09_n11_a_template_cannot_leave_its_sandbox(folder: Path, template: str) -> None:
    (folder / "chat_template.jinja").write_text(template)
    try:
        tokenizer = ChatTokenizer(folder)
        rendered = tokenizer._tokenizer.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False)
    except (ModelRefused, TemplateError, TypeError):
        return
    assert rendered == "", "what is forbidden is undefined"


def test_n11_the_sandbox_is_one_without_known_ways_out() -> None:
    version = tuple(int(part) for part in importlib.metadata.version("jinja2").split(".")[:3])
    assert version >= (3, 1, 6)


def verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    print_verdict(folder)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_n10_a_template_that_eats_memory_is_stopped_by_the_kernel(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Doubling by addition: no multiplication, no large number, no nested loop that could be seen beforehand.
    double = "{% set n.x = n.x ~ n.x %}" * 40
    (folder / "chat_template.jinja").write_text("{% set n = namespace(x='aaaaaaaa') %}" + double + "{{ n.x }}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer = verdict(folder, capsys)
    assert answer["ok"] is False
    assert "memory" in answer["reason"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 1_200_000, (
        "kilobytes, libraries included"
    )


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$"])
def test_n13_a_tokenizer_that_backtracks_is_killed_for_classifiers_too(
    tmp_path: Path, pattern: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_classifier(tmp_path / "model")
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    tokenizer["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [split, tokenizer["pre_tokenizer"]]}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    before = _seconds_of_children()
    assert verdict(folder, capsys)["ok"] is False
    assert _seconds_of_children() - before < 15, "libraries, and two seconds for the folder's own work"


def _seconds_of_children() -> float:
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


@pytest.mark.parametrize(
    "name",
    ["m.tar", "m.tar.gz", "m.tgz", "m.zip", "m.7z", "m.rar", "m.bz2", "m.tar.xz", "m.zst", "m.whl", "m.keras"],
)
def test_n14_archives_are_refused_and_never_opened(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"anything")
    assert name in refusal(folder)


def test_n15_a_gguf_file_is_unsupported_under_its_own_name_and_any_other(folder: Path) -> None:
    gguf = b"GGUF" + struct.pack("<IQQ", 3, 2**63, 2**63)
    (folder / "model.gguf").write_bytes(gguf)
    assert "model.gguf" in refusal(folder)
    (folder / "model.gguf").unlink()
    (folder / "model.safetensors").write_bytes(gguf)
    assert "model.safetensors" in refusal(folder)
