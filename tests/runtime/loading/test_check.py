"""The intake check: real holes of other systems, each turned into a folder that must be refused."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from tests.runtime.support.checkpoints import edit_json, make_causal
from tests.runtime.support.processes import ROOT

Break = Callable[[Path], object]


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


def test_a_good_folder_tells_what_it_is(good: Path) -> None:
    facts = check_folder(good)
    assert (facts.architecture, facts.kind, facts.context_length) == ("Qwen3ForCausalLM", "generator", 512)
    estimated = facts.estimated_bytes
    assert estimated["nf4"] < estimated["int8"] < estimated["none"]
    assert estimated["none"] > facts.parameters * 4


def test_an_encoder_is_good_too(models: Path) -> None:
    facts = check_folder(models / "encoder")
    assert (facts.architecture, facts.kind) == ("BertModel", "embedder")


@pytest.mark.parametrize(
    "name",
    [
        "modeling.py",
        "weights.bin",
        "m.pt",
        "m.pth",
        "m.ckpt",
        "m.pkl",
        "a.npy",
        "m.h5",
        "m.gguf",
        "sub/M.PY",
        "x.tar",
    ],
)
def test_files_that_may_run_code_are_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert name in refusal(folder)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_under_another_name_is_refused(folder: Path, protocol: int) -> None:
    (folder / "notes.txt").write_bytes(pickle.dumps({"a": 1}, protocol))
    assert "notes.txt is a pickle" in refusal(folder)


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "README.md").symlink_to("/etc/hostname")
    assert "leads out" in refusal(folder)


def test_a_pipe_is_refused_and_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert "not a plain file" in refusal(folder)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "generation_config.json"])
@pytest.mark.parametrize(
    "change",
    [
        {"auto_map": {"AutoModel": "evil.Model"}},
        {"trust_remote_code": True},
        {"text_config": {"inner": [{"trust_remote_code": True}]}},
        {"_attn_implementation_internal": "someone/kernel"},
        {"custom_pipelines": {}},
    ],
)
def test_keys_that_run_foreign_code_are_refused_wherever_they_are(
    folder: Path, file: str, change: dict[str, Any]
) -> None:
    edit_json(folder / file, **change)
    assert "foreign code" in refusal(folder)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"surprise": 1}, "surprise"),
        ({"quantization_config": {}}, "quantization_config"),
        ({"model_type": "evil"}, "not supported"),
        ({"model_type": None}, "not supported"),
        ({"architectures": ["LlamaForCausalLM"]}, "architectures"),
        ({"hidden_size": 2**20}, "hidden_size"),
        ({"num_hidden_layers": 10**6}, "num_hidden_layers"),
        ({"vocab_size": 10**9}, "vocab_size"),
        ({"vocab_size": True}, "vocab_size"),
        ({"vocab_size": "378"}, "vocab_size"),
        ({"max_position_embeddings": -1}, "max_position_embeddings"),
        ({"vocab_size": 500}, "embedding"),
        ({"num_hidden_layers": 3}, "layers"),
    ],
)
def test_a_config_that_lies_or_is_unknown_is_refused(folder: Path, change: dict[str, Any], why: str) -> None:
    edit_json(folder / "config.json", **change)
    assert why in refusal(folder)


def test_a_config_with_a_key_twice_is_refused(folder: Path) -> None:
    text = (folder / "config.json").read_text()
    (folder / "config.json").write_text(text.replace("{", '{"vocab_size": 1,', 1))
    assert "twice" in refusal(folder)


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ({"weight_map": {"a": "../outside.safetensors"}}, "no file here"),
        ({"weight_map": {"a": "missing.safetensors"}}, "no file here"),
        ({"weight_map": {"a": "model.safetensors"}}, "different tensors"),
        ({"weight_map": []}, "no weight_map"),
        ([], "not a JSON object"),
    ],
)
def test_an_index_that_lies_is_refused(folder: Path, index: object, why: str) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert why in refusal(folder)


def test_missing_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "no model.safetensors" in refusal(folder)


def verdict(folder: Path, status: int = 1, how: str = "--check", **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "model_runtime", how, str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if answer["ok"] else status)
    return answer


def test_the_command_prints_its_verdict_and_the_same_facts_without_what_a_trial_takes(
    good: Path, tmp_path: Path
) -> None:
    answer = verdict(good)
    assert answer["ok"] is True
    assert answer["reason"] is None
    assert answer["parameters"] == check_folder(good).parameters
    assert set(answer["estimated_bytes"]) == {"none", "int8", "nf4"}
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError")
    assert verdict(good, how="--facts", PYTHONPATH=str(tmp_path)) == answer


def test_the_command_prints_why_not(folder: Path) -> None:
    (folder / "x.py").write_text("")
    assert "x.py" in verdict(folder)["reason"]


@pytest.mark.parametrize("library", ["transformers", "torch"])
def test_a_library_that_is_not_there_is_no_fault_of_the_folder(good: Path, tmp_path: Path, library: str) -> None:
    missing = f"No module named '{library}'"
    (tmp_path / f"{library}.py").write_text(f"raise ModuleNotFoundError({missing!r})")
    answer = verdict(good, status=2, PYTHONPATH=str(tmp_path))
    assert answer["ok"] is False
    assert missing in answer["reason"] and "no fault of the folder" in answer["reason"]


def test_a_tokenizer_that_backtracks_without_end_is_killed(folder: Path) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    split = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
    tokenizer["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [split, tokenizer["pre_tokenizer"]]}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    before = os.times().children_user
    answer = verdict(folder)
    assert answer["ok"] is False
    assert os.times().children_user - before < 20, "libraries, and two seconds for the folder's own work"


@pytest.mark.parametrize(
    "template",
    [
        "{{ lipsum.__globals__['os'].system('touch canary') }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 99999999 }}",
        "{{ '%999999999d' | format(1) }}",
        "{% for m in messages %}",
    ],
)
def test_a_template_that_reaches_out_or_never_ends_is_refused(folder: Path, template: str) -> None:
    from model_runtime.loading.tokenizer import ChatTokenizer

    (folder / "chat_template.jinja").write_text(template)
    with pytest.raises((ModelRefused, ValueError), match="template"):
        ChatTokenizer(folder).chat([{"role": "user", "content": "hi"}])
    assert not Path("canary").exists()


def test_a_template_without_a_system_role_is_fine(folder: Path) -> None:
    template = (folder / "chat_template.jinja").read_text()
    guard = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    (folder / "chat_template.jinja").write_text(guard + template)
    assert verdict(folder)["ok"] is True


def test_a_template_that_works_itself_to_death_is_killed(folder: Path) -> None:
    loop = "{% for a in range(99999) %}{% set x = messages | tojson %}{% endfor %}"
    (folder / "chat_template.jinja").write_text(loop * 30)
    assert "too much time" in verdict(folder)["reason"]


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": -1},
        {"temperature": 2.5},
        {"temperature": 1e999},
        {"temperature": True},
        {"temperature": "0.7"},
        {"top_p": 0},
        {"top_p": 1.5},
        {"top_k": -2},
        {"top_k": 0.5},
        {"repetition_penalty": 0},
        {"repetition_penalty": 11},
        {"repetition_penalty": [1.1]},
    ],
)
def test_a_recommendation_that_no_request_could_ask_for_is_refused_by_name(
    folder: Path, change: dict[str, Any]
) -> None:
    text = json.dumps(change).replace("Infinity", "1e999")
    (folder / "generation_config.json").write_text(text)
    (key,) = change
    assert refusal(folder).startswith(f"generation_config.json: {key} must be a number")


def test_a_recommendation_within_bounds_is_taken(folder: Path) -> None:
    edit_json(
        folder / "generation_config.json",
        temperature=0.6,
        top_p=0.95,
        top_k=20,
        repetition_penalty=1.05,
        min_p=None,
    )
    assert check_folder(folder).kind == "generator"
