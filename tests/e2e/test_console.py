"""The console in a browser: an upload survives a broken connection and a closed page; every page is accessible."""

import os
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from scripted import Tab
from test_accessibility import violations

from apps.accounts.models import User
from apps.api.keys import key_make
from apps.chat.models import Assistant, Conversation, Generation, Message
from apps.core.actor import SYSTEM
from apps.knowledge.models import Collection, Document, DroppedPair, Passage, PassageEdit
from apps.registry.models import ModelVersion, RegisteredModel
from apps.webhooks.models import Webhook

pytestmark = pytest.mark.e2e
PAGES = [
    "assistants/",
    "assistants/new/",
    "assistants/shop/",
    "evaluation/",
    "evaluation/sets/new/",
    "questions/",
    "playground/",
    "widgets/",
    "widgets/new/",
    "knowledge/axe/imports/",
    "knowledge/axe/imports/new/",
    "conversations/?flagged=1&unchecked=1&language=zh",
    "inbox/",
    "conversations/",
    "models/",
    "models/upload/",
    "overview/",
    "audit/",
    "keys/",
    "webhooks/",
    "webhooks/new/",
    "knowledge/#new-name",
    "indexes/",
    "people/",
    "policy/",
    "policy/words/?of=slur&edit=retards",
]


@pytest.fixture
def session(keep_tables: None, transactional_db: None, site: str) -> Iterator[str]:
    """Of an administrator, who may open everything."""
    user = User.objects.create(username=f"admin-{uuid.uuid4().hex[:8]}", role="admin")
    client = Client()
    client.force_login(user)
    yield client.cookies["sessionid"].value
    ModelVersion.objects.all().delete()
    RegisteredModel.objects.all().delete()
    user.delete()


@pytest.fixture
def files(tmp_path: Path, settings: LazySettings) -> list[str]:
    """Three chunks of weights, and what else an upload needs."""
    settings.MODELS_DIR = tmp_path / "models"
    folder = tmp_path / "chosen"
    folder.mkdir()
    contents = {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": os.urandom(10_000_000)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "pytorch_model.bin").write_bytes(b"left out")
    return sorted(map(str, folder.iterdir()))


@pytest.fixture
def page(open_page: Callable[..., Page], session: str) -> Page:
    """Without the check of the console: a broken connection is written there by the browser itself."""
    return open_page("about:blank", session=session, fresh=True, noisy=True)


def test_an_upload_goes_on_by_itself_after_a_broken_connection(page: Page, files: list[str]) -> None:
    broken: list[str] = []

    def break_once(route: Route) -> None:
        if not broken and route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/files/*", break_once)
    page.goto("/console/models/upload/")
    page.fill("#name", "tiny")
    page.set_input_files("[data-files]", files)
    expect(page.get_by_text("left out", exact=True)).to_be_visible()
    page.click("[data-start]")
    page.wait_for_url("**/versions/**")
    assert broken and broken[0].endswith("model.safetensors")
    version = ModelVersion.objects.get()
    assert version.state == "checking"
    for path in map(Path, files):
        if path.suffix != ".bin":
            assert (Path(version.path) / path.name).read_bytes() == path.read_bytes()


def test_an_upload_is_continued_in_another_page(page: Page, files: list[str]) -> None:
    page.route("**/files/model.safetensors", lambda route: route.abort() if sent(route) else route.continue_())
    page.goto("/console/models/upload/")
    page.fill("#name", "tiny")
    page.set_input_files("[data-files]", files)
    page.click("[data-start]")
    expect(page.locator("[data-progress]")).to_contain_text("connection broke")
    address = page.url
    page.goto("about:blank")  # which tries no more
    page.unroute_all()
    received = {file.name: file.received for file in ModelVersion.objects.get().files.all()}
    assert 0 < received["model.safetensors"] < 10_000_000
    offsets: list[str] = []
    page.on("request", lambda r: offsets.append(r.headers["upload-offset"]) if r.method == "PATCH" else None)
    page.goto(address)
    page.set_input_files("[data-files]", files)
    page.click("[data-start]")
    page.wait_for_url("**/versions/**")
    assert offsets[0] == str(received["model.safetensors"])


def sent(route: Route) -> bool:
    return route.request.headers.get("upload-offset", "0") != "0"


@pytest.fixture
def knowledge(session: str) -> Iterator[list[str]]:
    """A collection, one of its documents, and a passage of it that was edited."""
    collection = Collection.objects.create(slug="axe", name="Axe")
    failure = {"code": "password", "values": {}}
    Document.objects.create(collection=collection, name="locked.pdf", state="failed", failure=failure)
    document = Document.objects.create(collection=collection, name="returns.pdf", title="Returns", language="en")
    passage = Passage.objects.create(
        collection=collection,
        document=document,
        position=0,
        heading="Costs",
        text="Returns are free.",
        language="en",
        page=3,
        spans=[0, 17],
        lexemes="",
        tokens_count=3,
    )
    PassageEdit.objects.create(
        document=document, position=0, original_text="Returns cost $5.", text=passage.text, actor_label="olga"
    )
    failure = {"code": "noise", "values": {}}
    for row, restored in enumerate((False, True), 2):
        DroppedPair.objects.create(
            document=document, row=row, question="Why?", answer="-", digest="x", failure=failure, restored=restored
        )
    yield [
        "knowledge/axe/",
        "knowledge/axe/pairs/",
        f"knowledge/documents/{document.pk}/#passage-{passage.pk}",
        f"knowledge/passages/{passage.pk}/edit/",
    ]
    collection.delete()


@pytest.fixture
def details(session: str) -> Iterator[list[str]]:
    """A version that serves and a conversation with an answer."""
    model = RegisteredModel.objects.create(name="tiny")
    manifest = {"config.json": {"size": 388, "sha256": "ab" * 32}}
    version = ModelVersion.objects.create(
        model=model, number=1, state="ready", source="upload", manifest=manifest, created_by="olga"
    )
    assistant = Assistant.objects.create(slug="axe", name="Axe")
    conversation = Conversation.objects.create(assistant=assistant, title="Returns", language="en")
    question, answer = (
        Message.objects.create(conversation=conversation, position=n, role=role, text="Free.", language="en")
        for n, role in enumerate(("user", "assistant"))
    )
    retrieval = {"passages": [{"passage": str(uuid.uuid4()), "title": "Returns", "heading": "", "score": 0.9}]}
    Generation.objects.create(
        conversation=conversation,
        question=question,
        answer=answer,
        status="done",
        outcome="answered",
        model_version=version,
        retrieval=retrieval,
        timings={"first_token": 200},
    )
    hook = Webhook.objects.create(
        name="Tickets", address="https://hooks.example.com/", failing_since=timezone.now()
    )
    for kind, state in (("webhook.test", "waiting"), ("rating.given", "failed")):
        hook.deliveries.create(kind=kind, state=state, status=503, attempts=1, give_up_at=timezone.now())
    yield [f"models/versions/{version.pk}/", f"conversations/{conversation.pk}/", f"webhooks/{hook.pk}/"]
    hook.delete()
    conversation.delete()
    assistant.delete()


def test_on_a_phone_all_links_are_in_a_menu_that_is_always_in_reach(
    open_page: Callable[..., Page], session: str
) -> None:
    page = open_page("/console/people/", session=session, phone=True)
    links = page.locator(".console-links a")
    expect(links.first).to_be_hidden()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.get_by_role("button", name="Menu").click()
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")
    expect(links.first).to_be_hidden()


def test_a_new_key_is_copied_with_a_click(assistants: None, open_page: Callable[..., Page], session: str) -> None:
    page = open_page("/console/keys/", session=session, fresh=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("input[name=name]").fill("shop site")
    page.get_by_label("Shop help").check()
    page.get_by_role("button", name="Create key").click()
    expect(page.locator("#token")).to_be_visible()
    page.wait_for_load_state()  # by then the button does something
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#token").text_content()


# The name of a row may be as long as a sentence: it is text.
ONE_LINE = "button, .button, .badge, .chip:not(:has(.chip-remove)), th:not([scope=row])"
BROKEN = (
    f"() => [...document.querySelectorAll('{ONE_LINE}')]"
    + """
    .filter((node) => node.checkVisibility() && node.textContent.trim())
    .filter((node) => {
        const words = document.createRange();
        words.selectNodeContents(node);
        return words.getBoundingClientRect().height > 1.5 * parseFloat(getComputedStyle(node).lineHeight);
    })
    .map((node) => node.textContent.trim())"""
)


@pytest.mark.parametrize(
    ("language", "theme", "phone"), [("en-GB", "light", False), ("en-GB", "dark", True), ("zh-CN", "light", True)]
)
def test_nothing_is_wrong_on_any_page_of_the_console(
    assistants: None,
    open_page: Callable[..., Page],
    session: str,
    details: list[str],
    knowledge: list[str],
    language: str,
    theme: str,
    phone: bool,
) -> None:
    """axe finds nothing, nothing sticks out sideways, and on a phone no button or state is broken over two lines.

    In Chinese the pages' own content security policy is in force, which would keep axe out.
    """
    end = timezone.now() + timedelta(days=30)
    key_make(actor=SYSTEM, name="OrderManagementIntegration", assistants=["shop", "products"], expires_at=end)
    chinese = language == "zh-CN"
    look = {"language": language, "theme": theme, "phone": phone, "bypass_csp": not chinese}
    tab = Tab(open_page("about:blank", session=session, **look))
    wrong: dict[str, list[str]] = {}
    for name in PAGES + details + knowledge:
        page = tab.visit(f"/console/{name}")
        if folder := os.environ.get("PICTURES"):
            picture = re.sub("[^a-z]+", "-", name.partition("?")[0])[:40]
            page.screenshot(path=f"{folder}/{picture}{language}-{theme}.png", full_page=True)
        found = page.evaluate(BROKEN) if phone else []
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("it is wider than the window")
        if not chinese:
            page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
            found += violations(page)
        if found:
            wrong[name] = found
    assert wrong == {}
