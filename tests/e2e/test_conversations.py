"""The list of conversations, and what is done with one."""

import json
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect
from scripted import Socket, delta, end, source, wait_until

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, Generation, Message, Rating

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


@pytest.fixture
def ada(assistants: None) -> Iterator[tuple[str, list[str]]]:
    """The session of a customer with two conversations, and their ids."""
    user = User.objects.create_user("ada", password="correct horse 9")
    client = Client()
    client.force_login(user)
    ids = []
    for title in ("Older", "Newer"):
        conversation = Conversation.objects.create(
            id=uuid.uuid4(),
            assistant=Assistant.objects.get(slug="shop"),
            owner=user,
            title=title,
            language="en",
        )
        rows = [("user", f"{title}?", []), ("assistant", "Within 30 days. [1]", [{**source(), "kind": None}])]
        for position, (role, text, sources) in enumerate(rows):
            conversation.head = Message.objects.create(
                conversation=conversation,
                parent=conversation.head,
                position=position,
                role=role,
                text=text,
                language="en",
                sources=sources,
            )
        conversation.save()
        ids.append(str(conversation.pk))
    yield client.cookies["sessionid"].value, ids
    user.delete()


def test_a_conversation_is_there_after_a_reload_and_others_open_without_one(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (older, newer) = ada
    page, _ = chat(f"/c/{newer}/", session=session)
    expect(page.locator(".question p")).to_have_text("Newer?")
    expect(page.locator(".prose .cite")).to_have_text("1")
    page.evaluate("window.same = true")
    page.click(".conversation-list >> text=Older")
    expect(page.locator(".question p")).to_have_text("Older?")
    assert page.url.endswith(f"/c/{older}/") and page.evaluate("window.same")
    page.go_back()
    expect(page.locator(".question p")).to_have_text("Newer?")
    page.click(".sidebar-new")
    expect(page.locator(".picker")).to_be_visible()


def test_an_answer_is_rated_with_a_reason_which_is_there_after_a_reload(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (_, newer) = ada
    question, answer = Message.objects.filter(conversation=newer).order_by("position")
    generation = Generation.objects.create(
        conversation_id=newer, question=question, answer=answer, status="done", outcome="answered"
    )
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    page.click("[aria-label='Not helpful']")
    page.keyboard.press("Escape")
    expect(page.locator("[aria-label='Not helpful']")).to_be_focused()
    expect(page.locator(".rating-form")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.click(".rating-form >> text=It is wrong")
    page.fill(".rating-form textarea", "14 days, not 30.")
    page.click(".rating-form >> text=Send")
    wait_until(page, lambda: Rating.objects.filter(generation=generation, comment="14 days, not 30.").exists())
    page.reload()
    expect(page.locator("[aria-label='Not helpful']")).to_have_attribute("aria-pressed", "true")
    page.click("[aria-label='Not helpful']")
    wait_until(page, lambda: not Rating.objects.exists())


def test_of_two_ratings_the_last_one_counts_however_long_the_first_is_on_its_way(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (_, newer) = ada
    question, answer = Message.objects.filter(conversation=newer).order_by("position")
    Generation.objects.create(
        conversation_id=newer, question=question, answer=answer, status="done", outcome="answered"
    )
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    held: list[Route] = []
    sent: list[str] = []
    page.route("**/rating/", lambda route: route.continue_() if held else held.append(route))
    page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/rating/") else None)
    page.click("[aria-label=Helpful]")
    page.click("[aria-label=Helpful]")
    expect(page.locator("[aria-label=Helpful]")).to_have_attribute("aria-pressed", "false")
    wait_until(page, lambda: held)
    assert sent == ["PUT"]
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        held[0].continue_()
    assert not Rating.objects.exists()


def choose(page: Page, title: str, action: str) -> None:
    """Opens the menu of a conversation in the list, and takes a line of it."""
    page.hover(f".conversation-list li:has-text('{title}')")
    page.click(f"[aria-label='More about “{title}”']")
    page.click(f".row-menu >> text='{action}'")


def test_a_conversation_is_renamed_and_pinned_in_the_list_and_stays_so(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (older, _newer) = ada
    page, _ = chat(f"/c/{older}/", session=session, fresh=True)
    choose(page, "Older", "Rename")
    page.keyboard.type("Lamp returns")
    page.keyboard.press("Enter")
    expect(page.locator(".chat-title")).to_have_text("Lamp returns")
    choose(page, "Lamp returns", "Pin")
    titles = page.locator(".conversation-list a")
    expect(page.locator(".conversations-group").first).to_have_text("Pinned")
    expect(titles).to_have_text(["Lamp returns", "Newer"])
    wait_until(page, lambda: Conversation.objects.get(pk=older).pinned_at is not None)
    page.reload()
    expect(titles).to_have_text(["Lamp returns", "Newer"])


def test_the_keyboard_stays_at_its_row_and_a_name_that_is_typed_is_not_swept_away(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (older, _newer) = ada
    page, socket = chat(session=session, language="zh-CN", fresh=True)
    more = page.get_by_label("“Older”")
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("灯能")
    with page.expect_response("**/api/chat/conversations/"):
        socket.say({"type": "changed"})  # another tab was used
    page.keyboard.type("退吗")
    page.keyboard.press("Enter")
    renamed = page.locator(".conversation-list li", has_text="灯能退吗")
    expect(renamed.locator("a")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="置顶", exact=True).press("Enter")
    expect(page.locator(".conversations-group").first).to_have_text("置顶")
    expect(renamed.locator("button")).to_be_focused()
    wait_until(
        page, lambda: Conversation.objects.filter(pk=older, title="灯能退吗", pinned_at__isnull=False).exists()
    )


def test_a_conversation_is_shared_read_by_another_and_taken_back(
    chat: Chat, ada: tuple[str, list[str]], open_page: Callable[..., Page]
) -> None:
    session, (_older, newer) = ada
    places = [source()["excerpt"], "It must be unused."]
    said = f"{places[0]} [1] Lamps are five. [2] {places[1]} [1]"
    Message.objects.filter(conversation=newer, role="assistant").update(text=said)
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    choose(page, "Newer", "Share")
    page.click("text=Create link")
    address = page.locator(".share-list input").input_value()
    other = open_page(address, fresh=True)
    expect(other.locator(".question p")).to_have_text("Newer?")
    expect(other.locator(".shared-sources strong")).to_have_text("Returns")
    expect(other.locator(".shared-sources blockquote")).to_have_text(places)
    other.locator(".prose .cite").first.click()
    other.wait_for_url("**/*#*")
    expect(other.locator(".shared-sources li")).to_have_id(other.url.partition("#")[2])
    page.click("text=Revoke link")
    expect(page.locator(".share-list li")).to_have_count(0)
    assert open_page("/", fresh=True).request.get(address).status == 404


def test_conversations_are_found_by_what_was_said_in_them(chat: Chat, ada: tuple[str, list[str]]) -> None:
    session, (older, newer) = ada
    Message.objects.filter(conversation=newer, role="assistant").update(text="灯可以退。")
    page, _ = chat(f"/c/{older}/", session=session, fresh=True)
    titles = page.locator(".conversation-list a .cut")
    page.fill("[data-history-search]", "退")
    expect(titles).to_have_text(["Newer"])
    expect(page.locator(".conversation-excerpt")).to_have_text("灯可以退。")
    expect(page.locator(".conversation-excerpt mark")).to_have_text(["退"])
    page.fill("[data-history-search]", "灯可 OLD? 。")
    expect(page.locator(".conversations-empty")).to_be_visible()
    page.fill("[data-history-search]", "NEW 。")
    expect(page.locator(".conversation-list mark")).to_have_text(["New", "New"])
    page.fill("[data-history-search]", "nowhere")
    expect(page.locator(".conversations-empty")).to_be_visible()
    page.fill("[data-history-search]", "")
    expect(titles).to_have_text(["Newer", "Older"])


def test_deleting_can_be_undone_from_the_drawer_of_a_phone(chat: Chat, ada: tuple[str, list[str]]) -> None:
    page, _ = chat(session=ada[0], phone=True)
    page.tap("[popovertarget=sidebar][aria-label=Conversations]")
    row = page.locator(".conversation-list li", has_text="Newer")
    row.locator("button").first.tap()
    page.tap(".row-menu >> text=Delete")
    expect(row).to_have_count(0)
    page.tap(".toast >> text=Undo")
    expect(row).to_be_visible()
    page.tap("[popovertargetaction=hide]")
    expect(row).to_be_hidden()


def test_on_a_phone_the_drawer_stays_also_where_the_conversation_that_is_shown_goes_and_comes_back(
    chat: Chat, ada: tuple[str, list[str]]
) -> None:
    session, (_older, newer) = ada
    page, _ = chat(f"/c/{newer}/", session=session, phone=True)
    page.tap("[popovertarget=sidebar][aria-label=Conversations]")
    row = page.locator(".conversation-list li", has_text="Newer")
    row.locator("button").first.tap()
    page.tap(".row-menu >> text=Delete")
    expect(page.locator(".picker")).to_be_attached()
    page.tap(".toast >> text=Undo")
    expect(row.locator("[aria-current=page]")).to_be_visible()
    row.locator("button").first.tap()
    page.tap(".row-menu >> text=Delete")
    page.tap("[popovertargetaction=hide]")
    page.tap(".toast >> text=Undo")
    expect(page.locator(".question p")).to_have_text("Newer?")


def test_deleting_a_conversation_can_be_undone(chat: Chat, ada: tuple[str, list[str]]) -> None:
    session, (older, newer) = ada
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    page.clock.install()
    titles = page.locator(".conversation-list a")
    choose(page, "Newer", "Delete")
    expect(titles).to_have_text(["Older"])
    expect(page.locator(".picker")).to_be_visible()
    page.click(".toast >> text=Undo")
    expect(titles).to_have_text(["Newer", "Older"])
    expect(page.locator(".question p")).to_have_text("Newer?")
    choose(page, "Older", "Delete")
    page.clock.fast_forward(7000)
    wait_until(page, lambda: not Conversation.objects.filter(pk=older).exists())
    assert Conversation.objects.filter(pk=newer).exists()


def test_a_running_answer_is_taken_up_when_the_page_is_loaded(chat: Chat, ada: tuple[str, list[str]]) -> None:
    session, (_, newer) = ada
    page, socket = chat(f"/c/{newer}/", session=session)
    data = json.loads(page.locator("#page-data").text_content() or "")
    generation = {
        "id": str(uuid.uuid4()),
        "status": "running",
        "outcome": None,
        "last_seq": 4,
        "confidence": None,
    }
    data["conversation"]["messages"][1] |= {"text": "Within", "generation": generation}

    def with_running_answer(route: Route) -> None:
        response = route.fetch()
        head, rest = response.text().split('type="application/json">', 1)
        tail = rest.split("</script>", 1)[1]
        route.fulfill(response=response, body=f'{head}type="application/json">{json.dumps(data)}</script>{tail}')

    page.route(f"**/c/{newer}/", with_running_answer)
    page.reload()
    assert socket.expect("resume") == {"type": "resume", "generation": generation["id"], "after_seq": 4}
    socket.events(generation["id"], delta(" 30 days."), end(), first=5)
    expect(page.locator(".prose")).to_have_text("Within 30 days.")
