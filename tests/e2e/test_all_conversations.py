"""All conversations at once, from the list: a file of them, and deleting them with its undo."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from scripted import Socket, wait_until
from test_accessibility import violations
from test_conversations import ada  # noqa: F401  (a fixture)

from apps.chat.models import Conversation, Removal

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
Ada = tuple[str, list[str]]
TITLES = ".conversation-list a .cut"


def pin(conversation: str) -> None:
    Conversation.objects.filter(pk=conversation).update(pinned_at=timezone.now())


def test_all_are_deleted_unless_it_is_undone(chat: Chat, ada: Ada) -> None:  # noqa: F811
    session, (_older, newer) = ada
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    page.clock.install()
    titles = page.locator(TITLES)
    page.focus("[data-history-search]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-all-state]")).to_have_text("You have 2 conversations.")
    page.get_by_role("button", name="Delete 2 conversations").press("Enter")
    expect(page.locator(".toast p")).to_have_text("2 conversations deleted")
    expect(titles).to_have_count(0)
    expect(page.locator(".picker")).to_be_visible()
    page.click(".toast >> text=Undo")
    expect(titles).to_have_text(["Newer", "Older"])
    expect(page.locator(".question p")).to_have_text("Newer?")
    page.clock.fast_forward(7000)
    assert Conversation.objects.filter(owner__username="ada").count() == 2
    page.click("[data-all-open]")
    page.click("[data-all-delete]")
    page.clock.fast_forward(7000)
    wait_until(page, lambda: not Conversation.objects.filter(owner__username="ada").exists())
    page.reload()
    expect(page.locator(".conversations-empty")).to_be_visible()


def test_pinned_ones_stay_unless_their_box_is_ticked(chat: Chat, ada: Ada) -> None:  # noqa: F811
    session, (older, newer) = ada
    pin(older)
    page, _ = chat(f"/c/{older}/", session=session, language="zh-CN", fresh=True, bypass_csp=True)
    page.click("[data-all-open]")
    button = page.locator("[data-all-delete]")
    expect(button).to_have_text("删除 1 段对话")
    page.get_by_label("连同置顶的 1 段").check()
    expect(button).to_have_text("删除 2 段对话")
    assert violations(page) == []
    page.get_by_label("连同置顶的 1 段").uncheck()
    button.click()
    expect(page.locator(TITLES)).to_have_text(["Older"])
    expect(page.locator(".question p")).to_have_text("Older?")
    page.goto("about:blank")  # whoever leaves the page means it
    wait_until(page, lambda: not Conversation.objects.filter(pk=newer).exists())
    assert Conversation.objects.filter(pk=older).exists()


def test_a_deletion_that_goes_on_is_followed_also_by_a_page_that_is_loaded_meanwhile(
    chat: Chat,
    ada: Ada,  # noqa: F811
) -> None:
    session, (older, newer) = ada
    owner = Conversation.objects.get(pk=older).owner
    removal = Removal.objects.create(
        owner=owner,
        by={},
        until=timezone.now(),
        pinned=False,
        total=2,
        state="running",
        heartbeat_at=timezone.now(),
    )
    page, _ = chat(session=session, fresh=True)
    told = page.locator(".conversations-empty")
    expect(told).to_have_text("Deleting: 0 of 2 conversations")
    expect(page.locator(TITLES)).to_have_count(0)
    Conversation.objects.filter(pk=newer).delete()
    Removal.objects.update(done=1)
    expect(told).to_have_text("Deleting: 1 of 2 conversations")
    Removal.objects.filter(pk=removal.pk).update(state="failed")
    expect(page.locator(".toast p")).to_have_text("Not all of them could be deleted. Try again.")
    expect(page.locator(TITLES)).to_have_text(["Older"])
    Removal.objects.filter(pk=removal.pk).update(state="queued")
    page.reload()
    expect(told).to_have_text("Deleting: 1 of 2 conversations")
    Conversation.objects.filter(pk=older).delete()
    Removal.objects.filter(pk=removal.pk).update(state="done")
    expect(told).to_have_text("Your conversations will be listed here.")


GONE = """() => {
  const { fetch } = window;
  window.fetch = async (path, ...rest) =>
    path.includes("/removals/") ? new Response("{}", { status: 404 }) : fetch(path, ...rest);
}"""


def test_who_signed_in_elsewhere_meanwhile_is_not_told_that_it_failed(chat: Chat, ada: Ada) -> None:  # noqa: F811
    session, (older, _) = ada
    times = {"until": timezone.now(), "heartbeat_at": timezone.now()}
    owner = Conversation.objects.get(pk=older).owner
    Removal.objects.create(owner=owner, by={}, pinned=False, total=2, state="running", **times)
    page, _ = chat(session=session, fresh=True)
    told = page.locator(".conversations-empty")
    expect(told).to_have_text("Deleting: 0 of 2 conversations")
    page.evaluate(GONE)  # what the server answers to somebody else; from there the console would complain of it
    expect(told).to_have_text("Your conversations will be listed here.")
    expect(page.locator(".toast p")).to_have_count(0)


def test_what_is_asked_meanwhile_stays(chat: Chat, ada: Ada) -> None:  # noqa: F811
    page, socket = chat(session=ada[0], fresh=True)
    page.clock.install()
    page.click("[data-all-open]")
    page.click("[data-all-delete]")
    page.fill("textarea", "A new one?")
    page.keyboard.press("Enter")
    socket.accept(socket.expect("send"), title="A new one?")
    expect(page.locator(TITLES)).to_have_text(["A new one?"])
    page.clock.fast_forward(7000)
    wait_until(page, lambda: not Conversation.objects.filter(owner__username="ada").exists())
    expect(page.locator(TITLES)).to_have_text(["A new one?"])


def test_a_deleted_one_does_not_come_back_into_what_was_found(chat: Chat, ada: Ada) -> None:  # noqa: F811
    session, (_older, newer) = ada
    page, _ = chat(session=session, fresh=True)
    page.clock.install()
    page.fill("[data-history-search]", "30 days")
    page.clock.fast_forward(1000)
    expect(page.locator(TITLES)).to_have_text(["Newer", "Older"])
    page.hover(".conversation-list li:has-text('Newer')")
    page.click("[aria-label='More about “Newer”']")
    page.click(".row-menu >> text=Delete")
    page.clock.fast_forward(7000)
    wait_until(page, lambda: not Conversation.objects.filter(pk=newer).exists())
    page.clock.fast_forward(100)
    expect(page.locator(TITLES)).to_have_text(["Older"])


def test_all_are_saved_on_a_phone(chat: Chat, ada: Ada) -> None:  # noqa: F811
    page, _ = chat(session=ada[0], phone=True)
    page.tap("[popovertarget=sidebar][aria-label=Conversations]")
    page.tap("[data-all-open]")
    with page.expect_download() as downloading:
        page.tap("text=Save as ZIP")
    with zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes())) as archive:
        assert [name.rpartition(" ")[2] for name in archive.namelist()] == [
            "Newer.md",
            "Newer.json",
            "Older.md",
            "Older.json",
        ]


def test_a_visitor_sees_their_own_and_who_has_none_is_offered_nothing(chat: Chat) -> None:
    page, _ = chat(fresh=True)
    page.click("[data-all-open]")
    expect(page.locator("[data-all-state]")).to_have_text("You have no conversations yet.")
    expect(page.locator("[data-all-delete]")).to_be_hidden()
    expect(page.locator("text=Save as ZIP")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("[data-all-open]")).to_be_focused()
