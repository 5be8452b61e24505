"""A customer asks for a person, and a member of staff answers live from the console."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from scripted import Socket, delta, end, onward, wait_until
from test_accessibility import violations

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, Message
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

pytestmark = pytest.mark.e2e
OpenPage = Callable[..., Page]


@pytest.fixture
def lin(assistants: None) -> Iterator[str]:
    """A reviewer's session."""
    texts = {"en": {"hours": "Somebody usually answers Monday to Friday, 9 to 17."}}
    Assistant.objects.filter(slug="shop").update(handover=True, texts=texts)
    user = User.objects.create(username=f"lin-{uuid.uuid4().hex[:6]}", first_name="Lin", role="reviewer")
    client = Client()
    client.force_login(user)
    yield client.cookies["sessionid"].value
    user.delete()


def write(page: Page, field: str, text: str) -> None:
    page.fill(field, text)
    page.press(field, "Enter")


def test_a_customer_reaches_a_person_who_answers_live(open_page: OpenPage, lin: str) -> None:
    inbox = open_page("/console/inbox/", session=lin, phone=True, bypass_csp=True)
    expect(inbox.locator("h2")).to_have_text("Nobody is waiting")
    waiting = inbox.locator("[data-live-badge]")
    expect(waiting).to_have_text("")
    customer = open_page("/?assistant=shop", bypass_csp=True)
    held: list[Route] = []
    customer.route("**/person/", lambda route: held.append(route))  # noqa: PLW0108  (a built-in cannot be a handler)
    customer.click("text=Talk to a person")
    write(customer, "#question", "My lamp arrived broken.")  # before the server knows that a person is wanted
    expect(customer.locator(".question p")).to_have_text("My lamp arrived broken.")
    wait_until(customer, lambda: held)
    held[0].continue_()
    customer.unroute("**/person/")
    expect(customer.locator("[data-person]")).to_contain_text("Waiting for a person")
    expect(customer.locator("[data-person]")).to_contain_text("Somebody usually answers Monday to Friday")
    expect(customer.locator(".answer")).to_contain_text("Your message is with our colleagues")
    expect(customer.locator("[data-live]")).not_to_have_text("Answering")  # nobody does yet

    expect(waiting).to_have_text("1")
    onward(inbox.get_by_text("My lamp arrived broken."))  # it came by itself
    onward(inbox.get_by_text("Answer this customer"))
    expect(customer.locator("[data-person]")).to_contain_text("Lin answers you now.")
    expect(customer.locator("[data-with]")).to_have_text("Lin")
    write(inbox, "#text", "Hello! A new one is on its way.")
    expect(customer.locator(".reply")).to_contain_text("A new one is on its way.")
    expect(customer.locator("[data-live]")).to_have_text("Lin: Hello! A new one is on its way.")
    write(customer, "#question", "Thank you!")
    expect(inbox.locator(".said").last).to_contain_text("Thank you!")
    assert violations(customer) == [] and violations(inbox) == []

    inbox.click("button:text-is('Resolve')")
    expect(customer.locator("[data-person]")).to_contain_text("Lin has closed this.")
    expect(customer.locator("[data-with]")).to_have_text("Shop help")
    customer.reload()
    expect(customer.locator(".reply")).to_contain_text("A new one is on its way.")
    assert [one.role for one in Message.objects.all()] == ["user", "assistant", "person", "user"]


def test_what_the_documents_say_is_put_into_the_reply(
    open_page: OpenPage, lin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = RankedSentence(1, "You may return it within 30 days.", 0, 33, 1.0)
    found = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Returns", "", sentence.text, "en", 1.0, (sentence,))
    monkeypatch.setattr(
        "apps.console.reading.playground.search_wide",
        lambda **call: Retrieval(call["question"], "en", (found,) if "back" in call["question"] else (), 0.5, {}),
    )
    shop = Assistant.objects.get(slug="shop")
    columns = {"standing": "person", "standing_at": timezone.now(), "title": "Lamp", "language": "en"}
    conversation = Conversation.objects.create(
        assistant=shop, attendant=User.objects.get(first_name="Lin"), **columns
    )
    Message.objects.create(
        conversation=conversation, role="user", text="Can I send it back?", language="en", position=1
    )
    inbox = open_page(f"/console/inbox/{conversation.pk}/", session=lin, bypass_csp=True)
    inbox.fill("#text", "Hello.")
    inbox.click("text=What the documents say")
    inbox.click(".looked-up >> text=Insert")
    expect(inbox.locator("#text")).to_have_value("Hello. You may return it within 30 days.")
    assert violations(inbox) == []
    inbox.fill("[data-lookup] [name=q]", "opening hours")
    inbox.press("[data-lookup] [name=q]", "Enter")
    expect(inbox.locator(".looked-up")).to_have_text("The documents say nothing about it.")
    held: list[Route] = []
    inbox.route("**/lookup/?q=send+back", lambda route: held.append(route))  # noqa: PLW0108  (see above)
    for words in ("send back", "opening hours"):
        inbox.fill("[data-lookup] [name=q]", words)
        with inbox.expect_request("**/lookup/?q=*"):
            inbox.press("[data-lookup] [name=q]", "Enter")
    wait_until(inbox, lambda: held)
    with inbox.expect_response("**/lookup/?q=send+back"):
        held[0].continue_()
    expect(inbox.locator("[data-lookup-found]")).to_have_attribute("aria-busy", "false")
    expect(inbox.locator(".looked-up")).to_have_text("The documents say nothing about it.")  # the newest counts
    inbox.reload()
    expect(inbox.locator("#text")).to_have_value("Hello. You may return it within 30 days.")


def test_a_page_of_the_inbox_that_is_read_again_is_one_reading(open_page: OpenPage, lin: str) -> None:
    columns = {"standing": "waiting", "standing_at": timezone.now(), "title": "Lamp", "language": "en"}
    conversation = Conversation.objects.create(assistant=Assistant.objects.get(slug="shop"), **columns)
    inbox, page = open_page("/console/inbox/", session=lin), f"/console/inbox/{conversation.pk}/"
    with inbox.expect_response(lambda answer: answer.request.resource_type == "fetch" and page in answer.url):
        inbox.goto(page)  # reads itself again as soon as its socket is open
    target = f"conversation:{conversation.pk}"
    assert AuditEvent.objects.filter(action="transcript.read", target=target).count() == 1


def test_news_of_other_tabs_ask_for_no_conversation_that_is_only_beginning(
    chat: Callable[..., tuple[Page, Socket]], lin: str
) -> None:
    page, socket = chat("/?assistant=shop")  # the fixture fails on the 404 that a reading would get
    held: list[Route] = []
    page.route("**/person/", lambda route: held.append(route))  # noqa: PLW0108  (a built-in cannot be a handler)
    page.click("text=Talk to a person")
    wait_until(page, lambda: held)
    with page.expect_response("**/api/chat/conversations/"):
        socket.say({"type": "changed"})
    with page.expect_response("**/person/"):
        held[0].continue_()
    expect(page.locator("[data-person]")).to_contain_text("Waiting for a person")
    page.unroute("**/person/")


def test_who_types_that_they_want_a_person_reaches_one_by_the_button_in_the_answer(
    lin: str, chat: Callable[..., tuple[Page, Socket]]
) -> None:
    page, socket = chat("/?assistant=shop")
    write(page, "#question", "agent")
    asked = socket.expect("send")
    socket.accept(asked)
    ended = end(outcome="smalltalk")
    socket.events(asked["generation"], delta("You can talk to a person here."), {"kind": "person"}, ended)
    with page.expect_response("**/person/") as answered:
        page.locator(".answer").get_by_role("button", name="Talk to a person").click()
        expect(page.locator("[data-person]")).to_contain_text("Waiting for a person")
    assert answered.value.ok


def test_the_inbox_begins_at_the_last_words_of_a_conversation(open_page: OpenPage, lin: str) -> None:
    columns = {"standing": "waiting", "standing_at": timezone.now(), "title": "Lamp", "language": "en"}
    conversation = Conversation.objects.create(assistant=Assistant.objects.get(slug="shop"), **columns)
    for number in range(1, 31):
        Message.objects.create(
            conversation=conversation, role="user", text=f"Line {number}.", language="en", position=number
        )
    inbox = open_page(f"/console/inbox/{conversation.pk}/", session=lin)
    expect(inbox.get_by_text("Line 30.")).to_be_in_viewport()
    onward(inbox.get_by_text("Answer this customer"))
    inbox.click("text=What the documents say")
    expect(inbox.locator(".lookup input")).to_be_visible()
    expect(inbox.get_by_text("Line 30.")).to_be_in_viewport()
