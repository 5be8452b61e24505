"""`model_add` and `model_list`, as typed in a shell."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.inference import hub
from apps.inference.management.commands import model_add
from apps.registry.models import ModelVersion, VersionState
from apps.registry.selectors import Target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_starts(settings: LazySettings, tmp_path: Path) -> None:
    """An own database and runtime, so that no command prepares anything; the runtime does not answer."""
    settings.EMBEDDED_DATABASE = False
    settings.RUNTIME_URL = "http://127.0.0.1:9"
    settings.MODELS_DIR = tmp_path / "models"


def run(*words: str) -> Any:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_a_folder_becomes_the_next_version_and_is_listed(tiny_model: Path) -> None:
    assert run("model_add", "tiny", "--path", str(tiny_model))["version"] == "tiny@1"
    assert run("model_add", "tiny", "--path", str(tiny_model))["version"] == "tiny@2"
    (listed,) = run("model_list")
    assert [(v["version"], v["state"], v["aliases"]) for v in listed["versions"]] == [
        ("tiny@2", "ready", {}),
        ("tiny@1", "ready", {}),
    ]


def test_a_model_of_another_server_is_listed_without_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Target] = []
    monkeypatch.setattr(model_add, "try_once", asked.append)
    run("model_add", "far", "--endpoint", "https://x/v1", "--remote-model", "big", "--key-env", "LLM_KEY")
    version = ModelVersion.objects.get()
    assert (version.remote_model, version.key_env) == ("big", "LLM_KEY")
    assert [(target.served_id, target.version.base_url) for target in asked] == [("big", "https://x/v1")]
    listed = io.StringIO()
    call_command("model_list", stdout=listed, stderr=io.StringIO())
    assert "at https://x/v1" in listed.getvalue() and "LLM_KEY" not in listed.getvalue()


def test_a_server_that_does_not_answer_is_named_and_leaves_no_version() -> None:
    with pytest.raises(CommandError, match=r"http://127\.0\.0\.1:9/v1.*did not answer.*refused"):
        run("model_add", "far", "--endpoint", "http://127.0.0.1:9/v1/", "--remote-model", "big")
    assert run("model_list") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--path", "/no/such/folder"], "no folder"),
        (["--hub", "a/b"], "--allow-network"),
        (["--endpoint", "ftp://x", "--remote-model", "m"], "https"),
        (["--endpoint", "https://x/v1"], "calls the model"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said) as raised:
        run("model_add", "tiny", *words)
    assert "\n" not in str(raised.value)


def test_an_alias_that_cannot_be_served_moves_nothing(tiny_model: Path) -> None:
    with pytest.raises(CommandError, match="cannot be reached"):
        run("model_add", "tiny", "--path", str(tiny_model), "--alias", "production")
    assert run("model_list")[0]["versions"][0]["aliases"] == {}


def test_the_hub_gives_only_safetensors_settings_and_tokenizer(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    asked: list[Any] = []

    def download(hub_id: str, *, local_dir: Path, allow_patterns: list[str]) -> None:
        asked.append((hub_id, allow_patterns))
        for path in tiny_model.iterdir():
            (local_dir / path.name).write_bytes(path.read_bytes())

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert run("model_add", "tiny", "--hub", "some/model", "--allow-network")["version"] == "tiny@1"
    ((hub_id, patterns),) = asked
    assert hub_id == "some/model" and "*.safetensors" in patterns
    assert not any(word in pattern for pattern in patterns for word in (".py", ".bin", ".pt", "*.json"))


def test_a_hub_that_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub

    def unreachable(*args: object, **options: object) -> None:
        raise OSError("no route to huggingface.co")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(hub.Unavailable, match="no route"):
        hub.hub_fetch(hub_id="a/b", folder=tmp_path)


def test_a_version_that_could_not_be_judged_is_checked_again(tiny_model: Path) -> None:
    run("model_add", "tiny", "--path", str(tiny_model))
    ModelVersion.objects.update(state=VersionState.REJECTED, rejection="The check cannot run here: x.")
    assert run("model_check", "tiny@1")["version"] == "tiny@1"
    assert run("model_list")[0]["versions"][0]["state"] == "ready"
    for unknown in ("tiny@1", "tiny@7", "tiny", "tiny@x"):
        with pytest.raises(CommandError):
            run("model_check", unknown)
