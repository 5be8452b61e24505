"""Importing in a browser: a long upload through breaks, a folder, a look first, a page that follows the work."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, Route, expect
from scripted import Tab, onward
from test_accessibility import violations

from apps.accounts.models import User
from apps.inference import services as inference
from apps.knowledge.ingest.hashing import uploads_hash
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, Import

pytestmark = pytest.mark.e2e
LAMP = "# Ember lamp\n\n## Power\n\nThe Ember lamp draws nine watts at full brightness.\n"


@pytest.fixture
def session(keep_tables: None, transactional_db: None, site: str) -> Iterator[str]:
    """Of an operator, with an empty collection."""
    user = User.objects.create(username=f"olga-{uuid.uuid4().hex[:8]}", role="operator")
    client = Client()
    client.force_login(user)
    collection = Collection.objects.create(slug="browser", name="Browser")
    yield client.cookies["sessionid"].value
    collection.delete()
    user.delete()


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten megabytes that are no PDF, and what can be imported."""
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(
        inference, "embed_sync", lambda *, texts, purpose, language="en": [[1.0] * 384 for _ in texts]
    )
    chosen = tmp_path / "help"
    (chosen / "en").mkdir(parents=True)
    (chosen / "en" / "lamp.md").write_text(LAMP)
    (chosen / "broken.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(10_000_000))
    (chosen / "photo.png").write_bytes(b"\x89PNG")
    (chosen / ".hidden.md").write_text("left out")
    return chosen


@pytest.fixture
def page(open_page: Callable[..., Page], session: str) -> Page:
    """Without the check of the console: a broken connection is written there by the browser itself."""
    return open_page("about:blank", session=session, fresh=True, noisy=True)


def broken_once(seen: list[str]) -> Callable[[Route], None]:
    def handle(route: Route) -> None:
        offset = route.request.headers.get("upload-offset", "")
        if route.request.method == "PATCH" and offset != "0" and not seen:
            seen.append(offset)
            route.abort("connectionreset")
        else:
            route.continue_()

    return handle


def test_a_folder_is_uploaded_through_a_break_and_the_page_follows_its_import(page: Page, folder: Path) -> None:
    seen: list[str] = []
    page.route("**/stream/", broken_once(seen))
    page.goto("/console/knowledge/browser/imports/new/")
    page.set_input_files("[data-folder]", folder)
    expect(page.get_by_text("hidden, left out")).to_be_visible()
    expect(page.get_by_text("not a type that can be imported")).to_be_visible()
    page.click("[data-start]")
    page.wait_for_url("**/imports/*-*/")
    assert seen
    row = Import.objects.get()
    assert Path(row.items.get(name="broken.pdf").path).read_bytes() == (folder / "broken.pdf").read_bytes()
    expect(page.locator("[data-watch-label]")).to_have_text("0 of 2 files")
    page.evaluate("document.body.dataset.same = 'yes'")
    row.items.filter(name="en/lamp.md").update(state="ready", passages=7)
    expect(page.locator("[data-watch-label]")).to_contain_text("1 of 2 files")
    expect(page.locator("tr", has_text="en/lamp.md")).to_contain_text("7")
    assert page.evaluate("document.body.dataset.same") == "yes"
    row.items.filter(name="en/lamp.md").update(state="queued")
    imports_run()
    expect(page.get_by_text("not a readable PDF file")).to_be_visible()
    expect(page.get_by_role("button", name="Try all of them again")).to_be_visible()
    page.get_by_role("link", name="en/lamp.md").click()
    expect(page.get_by_text("draws nine watts")).to_be_visible()


def test_a_folder_that_is_dropped_keeps_its_paths(page: Page, folder: Path) -> None:
    page.goto("/console/knowledge/browser/imports/new/")
    expect(page.locator("[data-drop]")).to_be_visible()
    page.wait_for_load_state("load")
    box = page.locator("[data-drop]").bounding_box()
    assert box
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        what = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        devtools.send(
            "Input.dispatchDragEvent", {"type": kind, "x": box["x"] + 50, "y": box["y"] + 20, "data": what}
        )
    expect(page.locator(".upload-file", has_text="en/lamp.md")).to_be_visible()
    expect(page.locator(".left-out")).to_have_count(2)


def test_an_upload_is_looked_at_before_it_is_imported(page: Page, folder: Path) -> None:
    page.goto("/console/knowledge/browser/imports/new/")
    page.set_input_files("[data-files]", folder / "en" / "lamp.md")
    page.get_by_role("button", name="Upload and look first").click()
    expect(page.locator("[data-watch-label]")).to_contain_text("being compared")
    uploads_hash()
    expect(page.locator("[data-watch]")).to_have_count(0)
    page.get_by_role("link", name="lamp.md").click()
    expect(page.locator(".piece-heading")).to_have_text("Power")
    page.get_by_role("link", name="The import").click()
    assert not Document.objects.filter(collection__slug="browser").exists()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("[data-watch-label]")).to_be_visible()
    imports_run()
    expect(page.locator("[data-watch]")).to_have_count(0)
    assert Document.objects.get(collection__slug="browser").name == "lamp.md"


def test_an_upload_goes_on_in_another_page_and_knows_other_files(page: Page, folder: Path) -> None:
    page.route("**/stream/", lambda route: route.abort() if cut(route) else route.continue_())
    page.goto("/console/knowledge/browser/imports/new/")
    page.set_input_files("[data-files]", folder / "broken.pdf")
    page.click("[data-start]")
    expect(page.locator("[data-progress]")).to_contain_text("connection broke")
    page.goto("about:blank")  # which tries no more
    page.unroute_all()
    row = Import.objects.get()
    received = row.received
    assert 0 < received < row.size
    page.goto(f"/console/knowledge/browser/imports/{row.pk}/")
    onward(page.get_by_role("link", name="Go on uploading"))
    page.set_input_files("[data-files]", folder / "en" / "lamp.md")
    page.click("[data-start]")
    expect(page.get_by_role("alert")).to_contain_text("its size differs")
    offsets: list[str] = []
    page.on("request", lambda r: offsets.append(r.headers["upload-offset"]) if r.method == "PATCH" else None)
    page.set_input_files("[data-files]", folder / "broken.pdf")
    page.click("[data-start]")
    page.wait_for_url("**/imports/*-*/")
    assert offsets[0] == str(received)
    assert Import.objects.get().state == "queued"


def cut(route: Route) -> bool:
    return route.request.method == "PATCH" and route.request.headers.get("upload-offset") != "0"


@pytest.mark.parametrize(("theme", "phone"), [("light", False), ("dark", True)])
def test_axe_finds_nothing_in_the_pages_of_imports(
    session: str, open_page: Callable[..., Page], folder: Path, theme: str, phone: bool
) -> None:
    from apps.accounts.models import Role
    from apps.core.actor import Actor
    from apps.knowledge.services import receive_append, receive_finish, receive_start

    olga = Actor(user_id=1, label="olga", role=Role.OPERATOR)
    files = {"lamp.md": LAMP.encode(), "faq.csv": b"asked,told\nWhere is it?,In the box.\n", "broken.pdf": b"%PDF-"}
    declared = [{"name": name, "size": len(data)} for name, data in files.items()]
    rows = [
        receive_start(actor=olga, collection=Collection.objects.get(slug="browser"), files=declared)
        for _ in range(4)
    ]
    for row in rows[1:]:
        receive_append(actor=olga, import_id=row.pk, offset=0, chunk=b"".join(files.values()))
    uploads_hash()
    receive_finish(actor=olga, import_id=rows[3].pk)
    imports_run()
    receive_finish(actor=olga, import_id=rows[2].pk)
    previews = [f"{rows[1].pk}/files/{item.pk}/" for item in rows[1].items.all()]
    tab = Tab(open_page("about:blank", session=session, theme=theme, phone=phone, bypass_csp=True))
    found = {
        name: violations(tab.visit(f"/console/knowledge/browser/imports/{name}"))
        for name in ["", "new/", *(f"{row.pk}/" for row in rows), *previews]
    }
    assert {name: rules for name, rules in found.items() if rules} == {}
