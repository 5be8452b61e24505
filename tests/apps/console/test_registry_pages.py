"""The registry over HTTP: uploads by offset, attempts, and what a page says when nothing runs."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.inference.models import Rollout
from apps.registry.models import ModelVersion, RegisteredModel, UploadedFile, VersionState
from apps.registry.selectors import alias_target
from apps.registry.services import alias_move

from .conftest import World

JSON = {"Accept": "application/json"}
BYTES = "application/offset+octet-stream"


def begin(operator: Client, folder: Path, name: str = "tiny") -> dict[str, object]:
    files = [{"name": path.name, "size": path.stat().st_size} for path in sorted(folder.iterdir())]
    response = operator.post(
        "/console/models/uploads/", json.dumps({"name": name, "files": files}), "application/json", headers=JSON
    )
    assert response.status_code == 201, response.content
    return response.json()


def test_a_model_is_uploaded_in_chunks_across_a_break(operator: Client, tiny_model: Path) -> None:
    version = begin(operator, tiny_model)["id"]
    for path in tiny_model.iterdir():
        page, data = f"/console/models/uploads/{version}/files/{path.name}", path.read_bytes()
        half = len(data) // 2
        first = operator.patch(page, data[:half], BYTES, headers={**JSON, "Upload-Offset": "0"})
        assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
        again = operator.patch(page, data[:half], BYTES, headers={**JSON, "Upload-Offset": "0"})
        assert again.status_code == 409 and again.json()["error"]["offset"] == half
        head = operator.head(page)
        assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (str(half), str(len(data)))
        operator.patch(page, data[half:], BYTES, headers={**JSON, "Upload-Offset": str(half)})
    finished = operator.post(f"/console/models/uploads/{version}/finish/", headers=JSON)
    assert (finished.status_code, finished.json()["state"]) == (202, "checking")
    stored = settings.MODELS_DIR / str(version)
    assert {path.name: path.read_bytes() for path in stored.iterdir()} == {
        path.name: path.read_bytes() for path in tiny_model.iterdir()
    }


def test_digests_come_with_the_end_of_an_upload_and_must_be_digests(operator: Client, tiny_model: Path) -> None:
    version = begin(operator, tiny_model)["id"]
    for path in tiny_model.iterdir():
        page = f"/console/models/uploads/{version}/files/{path.name}"
        operator.patch(page, path.read_bytes(), BYTES, headers={**JSON, "Upload-Offset": "0"})
    page = f"/console/models/uploads/{version}/finish/"
    for body in ('{"sha256": []}', '{"sha256": {"config.json": 7}}', "[]"):
        assert operator.post(page, body, "application/json", headers=JSON).status_code == 400
    body = json.dumps({"sha256": {"config.json": "AB" * 32}})
    assert operator.post(page, body, "application/json", headers=JSON).status_code == 202
    assert UploadedFile.objects.get(name="config.json").sha256 == "ab" * 32


@pytest.mark.parametrize(
    "name", ["..%2Fconfig.json", "%2e%2e", "evil.py", "config.json%00", "a%5Cb", "config.json%23x"]
)
def test_a_hostile_name_in_the_address_is_not_found(operator: Client, tiny_model: Path, name: str) -> None:
    version = begin(operator, tiny_model)["id"]
    page = f"/console/models/uploads/{version}/files/{name}"
    assert operator.patch(page, b"x", BYTES, headers={**JSON, "Upload-Offset": "0"}).status_code in {400, 404}
    assert list((settings.MODELS_DIR / str(version)).iterdir()) == []


@pytest.mark.parametrize("offset", ["", "-1", "1e3", "٣", "9" * 30, "0x10"])
def test_an_offset_that_is_no_number_is_refused(operator: Client, tiny_model: Path, offset: str) -> None:
    version = begin(operator, tiny_model)["id"]
    page = f"/console/models/uploads/{version}/files/config.json"
    assert operator.patch(page, b"x", BYTES, headers={**JSON, "Upload-Offset": offset}).status_code == 400


def test_another_content_type_is_refused(operator: Client, tiny_model: Path) -> None:
    version = begin(operator, tiny_model)["id"]
    page = f"/console/models/uploads/{version}/files/config.json"
    assert operator.patch(page, b"x", "text/plain", headers={**JSON, "Upload-Offset": "0"}).status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{", '{"files": 3}', '{"files": ["x"]}', '{"name": "x", "files": []}'])
def test_a_start_that_makes_no_sense_is_refused(operator: Client, body: str) -> None:
    assert operator.post("/console/models/uploads/", body, "application/json", headers=JSON).status_code == 400


def test_the_page_lists_versions_and_says_that_the_runtime_is_away(operator: Client, world: World) -> None:
    page = operator.get("/console/models/").content.decode()
    assert "tiny@1" in page and "production" in page and "cannot be reached" in page


def test_a_rejected_version_shows_its_reason(operator: Client, world: World) -> None:
    ModelVersion.objects.filter(pk=world.version.pk).update(state=VersionState.REJECTED, rejection="auto_map found")
    assert "auto_map found" in operator.get(f"/console/models/versions/{world.version.pk}/").content.decode()


def test_reasons_and_actors_are_said_in_the_readers_language(operator: Client, world: World) -> None:
    ModelVersion.objects.filter(pk=world.version.pk).update(
        state=VersionState.REJECTED, rejection="tokenizer.json is not a JSON object.", created_by="system"
    )
    Rollout.objects.create(
        version=world.version,
        state="failed",
        error="The model runtime cannot be reached.",
        actor={"label": "system"},
    )
    operator.cookies["language"] = "zh-hans"
    page = operator.get(f"/console/models/versions/{world.version.pk}/").content.decode()
    assert "tokenizer.json 不是 JSON 对象" in page and "连接不上推理服务" in page and "系统" in page


def test_putting_a_version_into_service_is_a_job_that_the_page_watches(operator: Client, world: World) -> None:
    page = f"/console/models/versions/{world.version.pk}/"
    answer = operator.post(
        f"{page}activate/", {"alias": "production", "quantization": "int8", "reason": "half the memory"}
    )
    assert answer.headers["Location"] == page
    rollout = Rollout.objects.get()
    assert (rollout.alias, rollout.quantization, rollout.actor["label"]) == (
        "production",
        "int8",
        "operator-person",
    )
    assert audit_events(action="rollout.started").get().actor_label == "operator-person"
    assert f'data-watch="/console/models/rollouts/{rollout.pk}/"' in operator.get(page).content.decode()
    assert operator.get(f"/console/models/rollouts/{rollout.pk}/").json()["state"] == "queued"
    assert alias_target("production").quantization == "none"


def test_a_first_answer_of_bare_labels_is_explained(operator: Client, world: World) -> None:
    page = f"/console/models/versions/{world.version.pk}/"
    said = "points at sentences of documents"
    rollout = Rollout.objects.create(
        version=world.version, state="done", result={"question": "Hello", "text": "We do. [3]", "seconds": 1}
    )
    assert said not in operator.get(page).content.decode()
    Rollout.objects.filter(pk=rollout.pk).update(result={"question": "Hello", "text": "[3]\n[hello]", "seconds": 1})
    shown = operator.get(page).content.decode()
    assert said in shown and "[hello]" in shown


def test_sizes_are_said_in_powers_of_1000(operator: Client, world: World) -> None:
    ModelVersion.objects.filter(pk=world.version.pk).update(size_bytes=12_872_000)
    for page in ("/console/models/", f"/console/models/versions/{world.version.pk}/"):
        assert "12.9 MB" in operator.get(page).content.decode()


def test_without_a_reason_nothing_is_started(operator: Client, world: World) -> None:
    page = f"/console/models/versions/{world.version.pk}/activate/"
    assert operator.post(page, {"alias": "production", "reason": " "}).status_code == 400
    assert not Rollout.objects.exists()


def test_one_click_starts_putting_the_previous_version_back(operator: Client, world: World) -> None:
    assert operator.post("/console/models/aliases/production/back/", headers=JSON).status_code == 409
    second = ModelVersion.objects.create(
        model=RegisteredModel.objects.get(), number=2, state="ready", source="path", created_by="test"
    )
    alias_move(actor=SYSTEM, alias="production", version=second, quantization="none", reason="second")
    assert "Put tiny@1 (unquantized) back" in operator.get("/console/models/").content.decode()
    operator.post("/console/models/aliases/production/back/")
    rollout = Rollout.objects.get()
    assert (rollout.version, rollout.alias) == (world.version, "production")


def test_a_reviewer_reads_the_registry_but_changes_nothing(reviewer: Client, world: World) -> None:
    for page in ("/console/models/", f"/console/models/versions/{world.version.pk}/"):
        text = reviewer.get(page).content.decode()
        assert "tiny@1" in text and "<form" not in text.split("<main")[1]


def test_the_history_of_a_name_shows_who_and_why(operator: Client, world: World) -> None:
    text = operator.get("/console/models/aliases/production/").content.decode()
    assert "first" in text and "system" in text


def test_a_version_that_could_not_be_judged_is_checked_again_at_the_press_of_a_button(
    operator: Client, world: World, tmp_path: Path
) -> None:
    page, button = f"/console/models/versions/{world.version.pk}/", "Check again"
    rows = ModelVersion.objects.filter(pk=world.version.pk)
    rows.update(state=VersionState.REJECTED, rejection="The check cannot run here: x.")
    assert button not in operator.get(page).content.decode(), "its files are gone"
    rows.update(path=str(tmp_path))
    assert button in operator.get(page).content.decode()
    operator.post(f"{page}check/")
    assert rows.get().state == VersionState.CHECKING
    assert button not in operator.get(page).content.decode()
