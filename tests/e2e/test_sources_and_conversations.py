"""Sources in their documents, Markdown that does no harm, and the list of conversations."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect
from scripted import ANSWER, PASSAGE, TEXT, Socket, delta, end, source, wait_until

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, Generation, Message, Rating

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def answered(chat: Chat, *events: dict[str, Any], **options: Any) -> Page:
    page, socket = chat(**options)
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], *events)
    page.wait_for_selector(".answer-foot")
    return page


def passage(route: Route) -> None:
    body = {"id": PASSAGE, "title": "Returns", "heading": "Change of mind", "text": TEXT, "language": "en"}
    route.fulfill(
        json={
            **body,
            "before": "Keep the slip.",
            "after": "Refunds take five days.",
            "document": "returns.md",
        }
    )


def test_a_source_opens_in_its_document_with_the_sentence_marked(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.locator(".cite").hover()
    expect(page.locator(".source-card-text")).to_have_text("You may return it within 30 days.")
    page.locator(".cite").click()
    expect(page.locator(".source-panel mark")).to_have_text("You may return it within 30 days.")
    expect(page.locator(".neighbour")).to_have_text(["Keep the slip.", "Refunds take five days."])
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".source-panel")).to_be_hidden()
    expect(page.locator(".cite")).to_be_focused()


def test_on_a_phone_the_source_is_a_sheet(chat: Chat) -> None:
    page = answered(chat, *ANSWER, phone=True)
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.tap(".source")
    expect(page.locator(".source-panel:modal mark")).to_be_visible()
    edges = (
        "panel => { const { left, right, bottom } = panel.getBoundingClientRect(); return [left, right, bottom]; }"
    )
    wait_until(page, lambda: page.locator(".source-panel").evaluate(edges) == [0, 390, 844])
    page.tap("[data-panel-close]")
    expect(page.locator(".source")).to_be_focused()


def test_sentences_are_found_across_line_ends_and_joined(chat: Chat) -> None:
    page, _ = chat()
    found = page.evaluate(
        """async ([text, passage]) => {
            const { quotesOf, rangesOf } = await import("/static/js/chat/quotes.js");
            return [1, 2].map((n) => rangesOf(passage, quotesOf(text, n)).map(([a, b]) => passage.slice(a, b)));
        }""",
        [
            "It must be unused. Free over €49. [2] 退货须\n包装完好。[1]",
            "Free over\n€49. (a+b) It must be unused. 退货须包装完好。",
        ],
    )
    assert found == [["退货须包装完好。"], ["Free over\n€49.", "It must be unused."]]


def test_markdown_of_an_answer_does_no_harm(chat: Chat) -> None:
    text = (
        "**Bold** <img src=x onerror=alert(1)> ![cat](https://evil.example/a.png) [site](https://luma.example) "
        "[bad](javascript:alert(1)) [9] [1]\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    page = answered(chat, source(), delta(text), end())
    prose = page.locator(".prose")
    assert prose.locator("img, script, iframe, [onerror], [style]").count() == 0
    expect(prose).to_contain_text("<img src=x onerror=alert(1)> cat site [bad](javascript:alert(1)) [9]\u20601")
    assert prose.locator("a:not(.cite)").evaluate("a => [a.rel, a.target]") == [
        "noopener noreferrer nofollow",
        "_blank",
    ]
    expect(prose.locator("li")).to_have_text(["one", "two"])
    expect(prose.locator("td")).to_have_text(["1", "2"])


def test_finished_blocks_keep_their_nodes_while_the_answer_grows(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "Hello")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], delta("First *block*.\n\n- a\n- b\n\nThird **blo"))
    expect(page.locator(".prose strong")).to_have_text("blo")
    page.evaluate("window.kept = [...document.querySelector('.prose').children].slice(0, 2)")
    socket.events(send["generation"], delta("ck**.\n\nFourth."), end(), first=2)
    expect(page.locator(".prose > *")).to_have_text(["First block.", "a\nb", "Third block.", "Fourth."])
    assert page.evaluate("window.kept.every((node, at) => node === document.querySelector('.prose').children[at])")


def test_the_answer_is_copied_with_its_sources(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    page.click("[aria-label='Copy the answer']")
    expect(page.locator("[aria-label=Copied]")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "You may return it within 30 days. [1]\n\n[1] Returns"


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
    page.click(".rating-form >> text=It is wrong")
    page.fill(".rating-form textarea", "14 days, not 30.")
    page.click(".rating-form >> text=Send")
    wait_until(page, lambda: Rating.objects.filter(generation=generation, comment="14 days, not 30.").exists())
    page.reload()
    expect(page.locator("[aria-label='Not helpful']")).to_have_attribute("aria-pressed", "true")
    page.click("[aria-label='Not helpful']")
    wait_until(page, lambda: not Rating.objects.exists())


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


def test_a_conversation_is_shared_read_by_another_and_taken_back(
    chat: Chat, ada: tuple[str, list[str]], open_page: Callable[..., Page]
) -> None:
    session, (_older, newer) = ada
    page, _ = chat(f"/c/{newer}/", session=session, fresh=True)
    choose(page, "Newer", "Share")
    page.click("text=Create link")
    address = page.locator(".share-list input").input_value()
    other = open_page(address, fresh=True)
    expect(other.locator(".question p")).to_have_text("Newer?")
    expect(other.locator(".shared-sources strong")).to_have_text("Returns")
    other.click(".prose .cite")
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
    page.fill("[data-history-search]", "nowhere")
    expect(page.locator(".conversations-empty")).to_be_visible()
    page.fill("[data-history-search]", "")
    expect(titles).to_have_text(["Newer", "Older"])


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
