"""Bringing files into a collection over HTTP: chunks, a look before the import, and what became of each file."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.accounts.models import Role
from apps.console.reading.knowledge_imports import imports_shown
from apps.core.actor import Actor
from apps.inference import services as inference
from apps.knowledge.ingest.hashing import uploads_hash
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, Import, Passage
from tests.apps.knowledge.conftest import fake_embed

JSON = {"Accept": "application/json"}
BYTES = "application/offset+octet-stream"
ALL = "/console/knowledge/help/imports/"
LAMP = ("lamp.md", b"# Lamp\n\n## Power\n\nThe Ember lamp draws nine watts at full brightness.\n")
BROKEN = ("broken.pdf", b"%PDF-1.7 and then nothing of the kind")
FAQ = ("faq.csv", "客户问,我们答\n可以开发票吗,订单完成后可在我的订单里申请电子发票。\n".encode("gb18030"))
File = tuple[str, bytes]


@pytest.fixture
def help_collection(
    db: None, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Collection:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(inference, "embed_sync", fake_embed)
    return Collection.objects.create(slug="help", name="Help")


def begin(operator: Client, *files: File) -> dict[str, Any]:
    declared = {"files": [{"name": name, "size": len(data)} for name, data in files]}
    response = operator.post(f"{ALL}uploads/", json.dumps(declared), "application/json", headers=JSON)
    assert response.status_code == 201, response.content
    return response.json()


def sent(operator: Client, *files: File) -> dict[str, Any]:
    state = begin(operator, *files)
    data = b"".join(content for _, content in files)
    operator.patch(state["files"][0]["address"], data, BYTES, headers={**JSON, "Upload-Offset": "0"})
    return state


def imported(operator: Client, *files: File) -> str:
    state = sent(operator, *files)
    assert operator.post(state["finish"], headers=JSON).status_code == 202
    imports_run()
    return str(state["url"])


def preview_of(operator: Client, state: dict[str, Any], **columns: str) -> str:
    item = Import.objects.get(pk=state["id"]).items.get()
    return operator.get(f"{state['url']}files/{item.pk}/", columns).content.decode()


def test_files_arrive_in_chunks_across_a_break_and_are_imported(
    operator: Client, help_collection: Collection
) -> None:
    state = begin(operator, LAMP, BROKEN)
    stream, address = LAMP[1] + BROKEN[1], state["files"][0]["address"]
    first = operator.patch(address, stream[:20], BYTES, headers={**JSON, "Upload-Offset": "0"})
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "20")
    again = operator.patch(address, stream[:20], BYTES, headers={**JSON, "Upload-Offset": "0"})
    assert again.status_code == 409 and again.json()["error"]["offset"] == 20
    early = operator.post(state["finish"], headers=JSON)
    assert early.status_code == 409
    head = operator.head(address)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("20", str(len(stream)))
    resumed = operator.get(f"{ALL}uploads/{state['id']}/").json()
    assert resumed["items"] == [{"name": name, "size": len(data)} for name, data in (LAMP, BROKEN)]
    operator.patch(address, stream[20:], BYTES, headers={**JSON, "Upload-Offset": "20"})
    finished = operator.post(state["finish"], headers=JSON)
    assert (finished.status_code, finished.json()["state"]) == (202, "queued")
    imports_run()
    page = operator.get(state["url"]).content.decode()
    assert "not a readable PDF file" in page and "lamp.md" in page
    assert Passage.objects.get().heading == "Power"


def test_a_file_is_seen_as_it_would_be_cut_before_anything_is_imported(
    operator: Client, help_collection: Collection
) -> None:
    state = sent(operator, LAMP)
    uploads_hash()
    assert "Look below at how they would be cut" in operator.get(state["url"]).content.decode()
    page = preview_of(operator, state)
    assert "Power" in page and "draws nine watts" in page and "UTF-8" in page
    assert not Document.objects.exists()


def test_how_documents_are_cut_is_looked_at_and_kept_from_the_page_of_the_import(
    operator: Client, help_collection: Collection
) -> None:
    text = "# Fan\n\n" + "The fan turns slowly in the warm summer night, and nobody hears it. " * 12
    state = sent(operator, ("fan.md", text.encode()))
    how = {"size": "normal", "characters": "250", "overlap": "0"}
    count = [preview_of(operator, state, **fields).count("piece-text") for fields in ({}, how)]
    assert count[0] < count[1]
    assert Collection.objects.get(pk=help_collection.pk).passage_size == 900
    assert "A passage has" in preview_of(operator, state, **how | {"characters": "10"})
    operator.post(state["finish"], how)
    imports_run()
    assert Passage.objects.count() == count[1]
    assert Collection.objects.get(pk=help_collection.pk).splitting.size == 250


def test_a_preview_says_why_a_file_would_be_refused(operator: Client, help_collection: Collection) -> None:
    page = preview_of(operator, sent(operator, BROKEN))
    assert "would not be imported" in page and "not a readable PDF file" in page


def test_a_preview_of_an_archive_lists_its_documents(operator: Client, help_collection: Collection) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("en/lamp.md", LAMP[1])
        archive.writestr("en/photo.png", b"\x89PNG")
    page = preview_of(operator, sent(operator, ("help.zip", packed.getvalue())))
    assert "en/lamp.md" in page and "cannot be imported: en/photo.png" in page


def test_an_archive_says_which_of_its_files_were_left_out_and_why(
    operator: Client, help_collection: Collection
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("lamp.md", "evil.exe", "en/photo.png", ".hidden", "__MACOSX/lamp.md"):
            archive.writestr(name, LAMP[1])
    url = imported(operator, ("help.zip", packed.getvalue()), FAQ)
    page = operator.get(url).content.decode()
    assert (
        "Left out of help.zip, because files of their types cannot be imported: en/photo.png, evil.exe</p>" in page
    )
    assert "hidden" not in page.partition("Left out of")[2].partition("</p>")[0]
    assert sorted(Document.objects.values_list("name", flat=True)) == ["faq.csv", "help.zip/lamp.md"]
    assert "Left out" in operator.get(url, {"show": "new"}).content.decode()


def test_of_very_many_files_that_were_left_out_the_first_are_named_and_the_rest_counted(
    operator: Client, help_collection: Collection
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lamp.md", LAMP[1])
        for number in range(60):
            archive.writestr(f"{number:02}.png", b"")
    page = operator.get(imported(operator, ("help.zip", packed.getvalue()))).content.decode()
    assert "00.png" in page and "49.png and 10 more" in page and "50.png" not in page


def test_a_folder_that_comes_again_shows_what_changed_and_what_did_not(
    operator: Client, help_collection: Collection
) -> None:
    fan = ("fan.txt", b"The Breeze fan has three speeds and a quiet mode.")
    imported(operator, LAMP, fan)
    url = imported(
        operator, (LAMP[0], LAMP[1] + b"\nIt is warm.\n"), fan, ("new.txt", b"A third document of ours.")
    )
    for show, name in (("changed", "lamp.md"), ("unchanged", "fan.txt"), ("new", "new.txt")):
        page = operator.get(url, {"show": show}).content.decode()
        assert [other for other in ("lamp.md", "fan.txt", "new.txt") if other in page] == [name]


def test_documents_that_are_not_among_the_files_go_only_when_that_was_asked(
    operator: Client, help_collection: Collection
) -> None:
    imported(operator, LAMP)
    imported(operator, ("fan.txt", b"The Breeze fan has three speeds."))
    assert Document.objects.count() == 2
    state = sent(operator, ("fan.txt", b"The Breeze fan has three speeds."))
    operator.post(state["finish"], {"prune": "1"})
    imports_run()
    assert list(Document.objects.values_list("name", flat=True)) == ["fan.txt"]
    assert "Removed" in operator.get(state["url"]).content.decode()


def test_a_running_import_tells_how_far_it_is_and_can_be_cancelled(
    operator: Client, help_collection: Collection
) -> None:
    state = sent(operator, LAMP, BROKEN)
    operator.post(state["finish"], headers=JSON)
    page = operator.get(state["url"]).content.decode()
    assert f'data-watch="{state["url"]}state/' in page
    told = operator.get(f"{state['url']}state/").json()
    assert (told["state"], told["label"], told["progress"]) == ("queued", "0 of 2 files", 0)
    assert "lamp.md" in told["parts"]["items"] and "csrf" not in told["parts"]["items"]
    operator.post(state["cancel"])
    imports_run()
    assert operator.get(f"{state['url']}state/").json()["state"] == "cancelled"
    assert not Document.objects.exists()


def test_one_file_is_tried_again_or_all_that_failed(operator: Client, help_collection: Collection) -> None:
    url = imported(operator, BROKEN, ("tool.txt", b"\x7fELF"))
    items = Import.objects.get().items
    operator.post(f"{url}retry/", {"item": str(items.get(name="tool.txt").pk)})
    assert dict(items.values_list("name", "state")) == {"broken.pdf": "failed", "tool.txt": "queued"}
    operator.post(f"{url}retry/")
    assert set(items.values_list("state", flat=True)) == {"queued"}


def test_an_upload_that_was_left_can_be_gone_on_with_or_given_up(
    operator: Client, help_collection: Collection
) -> None:
    state = begin(operator, LAMP)
    page = operator.get(state["url"]).content.decode()
    assert f"/imports/new/?upload={state['id']}" in page
    operator.post(state["cancel"])
    assert Import.objects.get().state == "cancelled"


def test_the_list_shows_what_came_of_each_import_and_says_so_when_there_was_none(
    operator: Client, help_collection: Collection
) -> None:
    assert "Nothing was imported yet" in operator.get(ALL).content.decode()
    url = imported(operator, LAMP, BROKEN)
    page = operator.get(ALL).content.decode()
    assert url in page and "operator-person" in page
    assert url in operator.get("/console/knowledge/help/").content.decode()


def test_a_long_list_of_imports_asks_the_database_no_more_than_a_short_one(
    operator: Client, help_collection: Collection, django_assert_num_queries: Callable[..., Any]
) -> None:
    actor = Actor(user_id=1, label="olga", role=Role.OPERATOR)
    for count in range(1, 5):
        begin(operator, *[(f"{name}.txt", b"The lamp is warm.") for name in "abcd"[:count]])
    with django_assert_num_queries(3):
        shown = imports_shown(actor, help_collection, 30)
    assert [progress.counts["total"] for _row, progress in shown] == [4, 3, 2, 1]


def test_an_import_is_found_only_below_its_own_collection(operator: Client, help_collection: Collection) -> None:
    Collection.objects.create(slug="other", name="Other")
    state = sent(operator, LAMP)
    item = Import.objects.get().items.get()
    for address in (state["url"], state["finish"], f"{state['url']}state/", f"{state['url']}files/{item.pk}/"):
        elsewhere = address.replace("/help/", "/other/")
        send = operator.post if "finish" in address else operator.get
        assert send(elsewhere, headers=JSON).status_code == 404
    assert operator.get(f"{state['url']}files/{uuid.uuid4()}/").status_code == 404
    assert operator.post(f"{state['url']}retry/", {"item": "no id"}).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"files": 3}', '{"files": ["x"]}', '{"files": []}'])
def test_a_start_that_makes_no_sense_is_refused(operator: Client, help_collection: Collection, body: str) -> None:
    assert operator.post(f"{ALL}uploads/", body, "application/json", headers=JSON).status_code == 400
    assert not Import.objects.exists()


def test_reasons_are_said_in_the_readers_language(operator: Client, help_collection: Collection) -> None:
    url = imported(operator, BROKEN)
    operator.cookies["language"] = "zh-hans"
    page = operator.get(url).content.decode()
    assert "PDF" in page and "全部重试" in page and "not a readable" not in page
