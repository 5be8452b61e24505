"""What is refused before anything of it is loaded. The numbers are those of the security cases."""

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput
from apps.registry import verdict
from apps.registry.models import ModelVersion, VersionState
from apps.registry.services import model_register_path
from apps.registry.verdict import folder_judge

Change = Callable[[Path], None]


def config(**keys: object) -> Change:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | keys))

    return change


def side_file(name: str, content: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(content) and None


def header(edit: Callable[[dict[str, object]], bytes]) -> Change:
    """Rewrites the weights' header."""

    def change(folder: Path) -> None:
        path = folder / "model.safetensors"
        data = path.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        path.write_bytes(edit(json.loads(data[8 : 8 + length])) + data[8 + length :])

    return change


def packed(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def overlap(tensors: dict[str, object]) -> bytes:
    names = [name for name in tensors if name != "__metadata__"]
    first, second = tensors[names[0]], tensors[names[1]]
    second["data_offsets"] = [0, second["data_offsets"][1] - second["data_offsets"][0]]  # type: ignore[index]
    return packed(json.dumps(tensors | {names[0]: first}))


def nul_name(tensors: dict[str, object]) -> bytes:
    return packed(json.dumps({f"{name}\0" if name != "__metadata__" else name: t for name, t in tensors.items()}))


PICKLE = b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94."
REFUSED = {
    "N01 a private key": config(_attn_implementation_internal="hub/kernel"),
    "N01 an unknown key": config(something_new=1),
    "N02 trust_remote_code": config(trust_remote_code=True),
    "N02 an unknown model type": config(model_type="surprise", architectures=["SurpriseForCausalLM"]),
    "N03 auto_map in the config": config(auto_map={"AutoModel": "modeling.Evil"}),
    "N03 auto_map in the tokenizer": side_file("tokenizer_config.json", b'{"auto_map": {"AutoTokenizer": "x.Y"}}'),
    "N04 a pickle called safetensors": side_file("model.safetensors", PICKLE),
    "N06 a header longer than the file": side_file("model.safetensors", struct.pack("<Q", 1 << 40) + b"{}"),
    "N06 a header that is no JSON": side_file("model.safetensors", packed("{nonsense")),
    "N06 overlapping tensors": header(overlap),
    "N07 NUL in a tensor's name": header(nul_name),
    "N07 a key twice": header(lambda tensors: packed(json.dumps(tensors)[:-1] + ', "__metadata__": {}}')),
    "N09 a template that reaches out": side_file("chat_template.jinja", b"{{ lipsum.__globals__['os'].getcwd() }}"),
    "N10 a template without end": side_file(
        "chat_template.jinja", b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    ),
    "F15 dimensions beyond reason": config(hidden_size=2**20),
    "F15 dimensions that the weights do not have": config(num_hidden_layers=7),
    "an encoder": config(model_type="bert", architectures=["BertModel"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
def test_a_poisoned_folder_is_rejected_with_a_reason(
    case: str, tiny_model: Path, tmp_path: Path, models_dir: Path
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(tiny_model, folder)
    REFUSED[case](folder)
    with pytest.raises(BadInput) as raised:
        model_register_path(actor=SYSTEM, name="poisoned", path=folder)
    version = ModelVersion.objects.get()
    assert version.state == VersionState.REJECTED and version.rejection == raised.value.message != ""
    assert list(models_dir.iterdir()) == []
    assert audit_events(action="version.rejected").get().data["reason"] == version.rejection


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["modeling_evil.py", "pytorch_model.bin", "rng_state.pth", "weights.gguf", "x.tar"]
)
def test_a_folder_with_code_or_pickles_beside_the_weights_is_refused(
    name: str, tiny_model: Path, tmp_path: Path, models_dir: Path
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(tiny_model, folder)
    (folder / name).write_bytes(PICKLE)
    with pytest.raises(BadInput, match=name):
        model_register_path(actor=SYSTEM, name="poisoned", path=folder)
    assert not ModelVersion.objects.exists()


@pytest.mark.django_db
def test_a_good_folder_is_copied_and_stays_what_was_checked(
    tiny_model: Path, tmp_path: Path, models_dir: Path
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(tiny_model, folder)
    (folder / "README.md").write_text("# Tiny")
    version = model_register_path(actor=SYSTEM, name="tiny", path=folder, description="Tiny")
    assert (version.label, version.state, version.model.description) == ("tiny@1", "ready", "Tiny")
    assert version.config["model_type"] == "qwen3"
    (folder / "config.json").write_text("{}")
    kept = Path(version.path)
    assert kept == models_dir / str(version.id) and json.loads((kept / "config.json").read_text()) == version.config
    assert version.size_bytes == sum(file.stat().st_size for file in kept.iterdir())
    assert set(version.manifest) == {"README.md", *(file.name for file in tiny_model.iterdir())}
    assert model_register_path(actor=SYSTEM, name="tiny", path=tiny_model).label == "tiny@2"


def test_a_judge_that_does_not_end_is_killed_and_counts_as_a_refusal(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "0 s" in folder_judge(tiny_model, seconds=0.01).reason
    monkeypatch.setattr(verdict.sys, "executable", shutil.which("false"))
    assert "exit status 1" in folder_judge(tiny_model).reason
