"""Answering anew, asking in other words, questions that wait, and pages of a long conversation."""

import json
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect
from scripted import Socket, delta, end

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, Message

Chat = Callable[..., tuple[Page, Socket]]
ENDED = ["22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"]


def ask(page: Page, text: str) -> None:
    page.fill("[data-question]", text)
    page.keyboard.press("Enter")


def answered(socket: Socket, frame: dict, text: str, message_id: str = ENDED[0]) -> None:
    socket.accept(frame)
    socket.events(frame["generation"], delta(text), {**end(), "message_id": message_id})


def test_an_answer_made_anew_stands_beside_the_old_one_and_either_can_be_shown(
    chat: Chat, assistants: None
) -> None:
    page, socket = chat()
    ask(page, "How long for returns?")
    send = socket.expect("send")
    answered(socket, send, "Thirty days.")
    page.click("[aria-label='Answer again']")
    again = socket.expect("again")
    assert (again["message"], again["conversation"]) == (send["message"], send["conversation"])
    assert again["generation"] != send["generation"]
    answered(socket, again, "Within thirty days.", ENDED[1])
    expect(page.locator(".answer .prose")).to_have_text(["Within thirty days."])
    expect(page.locator(".answer .versions span")).to_have_text("2 / 2")
    shown: list[dict] = []

    def show(route) -> None:
        shown.append(json.loads(route.request.post_data))
        question = {
            "id": send["message"],
            "role": "user",
            "text": "How long for returns?",
            "sources": [],
            "generation": None,
        }
        answer = {**question, "id": ENDED[0], "role": "assistant", "text": "Thirty days."}
        answer |= {"versions": ENDED, "version": 0}
        messages = {"messages": [question, answer], "earlier": False, "assistant": "shop"}
        route.fulfill(json={"id": send["conversation"], "title": "Returns", **messages})

    page.route("**/shown/", show)
    page.click("[aria-label='The version before']")
    expect(page.locator(".answer .prose")).to_have_text(["Thirty days."])
    assert shown == [{"message": ENDED[0]}]


def test_where_another_answer_is_refused_the_one_before_stays(chat: Chat, assistants: None) -> None:
    page, socket = chat()
    ask(page, "How long for returns?")
    answered(socket, socket.expect("send"), "Thirty days.")
    ask(page, "And shades?")
    answered(socket, socket.expect("send", 2), "Not shades.", ENDED[1])
    expect(page.locator(".answer-foot")).to_have_count(2)
    page.locator("[aria-label='Answer again']").first.click()
    again = socket.expect("again")
    socket.say({"type": "error", "ref": again["generation"], "code": "too_many", "message": "Wait 20 seconds."})
    expect(page.locator(".toast p")).to_have_text("Wait 20 seconds.")
    expect(page.locator(".answer .prose")).to_have_text(["Thirty days.", "Not shades."])
    expect(page.locator(".notice, .answer .versions")).to_have_count(0)


def test_a_question_is_put_in_other_words(chat: Chat, assistants: None) -> None:
    page, socket = chat()
    ask(page, "How lnog?")
    send = socket.expect("send")
    answered(socket, send, "What do you mean?")
    page.hover(".question")
    page.click("[aria-label='Edit question']")
    page.fill(".question textarea", "How long for returns?")
    page.keyboard.press("Enter")
    edited = socket.expect("send", 2)
    assert (edited["edits"], edited["text"]) == (send["message"], "How long for returns?")
    answered(socket, edited, "Thirty days.", ENDED[1])
    expect(page.locator(".question p")).to_have_text(["How long for returns?"])
    expect(page.locator(".question .versions span")).to_have_text("2 / 2")


def test_leaving_the_edit_keeps_the_question_as_it_was(chat: Chat, assistants: None) -> None:
    page, socket = chat()
    ask(page, "How long for returns?")
    answered(socket, socket.expect("send"), "Thirty days.")
    page.hover(".question")
    page.click("[aria-label='Edit question']")
    page.fill(".question textarea", "Nothing")
    page.keyboard.press("Escape")
    expect(page.locator(".question p")).to_have_text("How long for returns?")
    assert len(socket.of_type("send")) == 1


def test_questions_typed_meanwhile_wait_their_turn_and_can_be_taken_back(chat: Chat, assistants: None) -> None:
    page, socket = chat()
    ask(page, "First")
    first = socket.expect("send")
    socket.accept(first)
    for text in ("Second", "Never", "Third"):
        ask(page, text)
    expect(page.locator(".queue li")).to_have_text(["Second", "Never", "Third"])
    page.click(".queue li:has-text('Never') button")
    assert len(socket.of_type("send")) == 1
    socket.events(first["generation"], delta("One."), end())
    second = socket.expect("send", 2)
    assert second["text"] == "Second"
    answered(socket, second, "Two.")
    assert socket.expect("send", 3)["text"] == "Third"
    expect(page.locator(".queue")).to_be_hidden()


def test_earlier_messages_come_when_the_reader_goes_up(chat: Chat, customer: tuple[User, str]) -> None:
    user, session = customer
    conversation = Conversation.objects.create(
        id=uuid.uuid4(), assistant=Assistant.objects.get(slug="shop"), owner=user, title="Long", language="en"
    )
    head = None
    for position in range(131):  # a page of 60 begins with an answer
        role = ("user", "assistant")[position % 2]
        head = Message.objects.create(
            conversation=conversation, parent=head, position=position, role=role, text=f"m{position}", language="en"
        )
    Conversation.objects.filter(pk=conversation.pk).update(head=head)
    page, _ = chat(f"/c/{conversation.pk}/", session=session, fresh=True)
    questions = page.locator(".question p")
    expect(questions).to_have_count(30)
    page.evaluate("window.newest = [...document.querySelectorAll('.question')]")
    for count in (60, 66):
        page.evaluate("document.querySelector('[data-scroller]').scrollTop = 0")
        expect(questions).to_have_count(count)
    texts = page.locator(".question > p, .prose").all_text_contents()
    assert [text.strip() for text in texts] == [f"m{position}" for position in range(131)]
    assert page.locator(".turn").count() == 66
    assert page.evaluate("window.newest.every((node) => node.isConnected)")
