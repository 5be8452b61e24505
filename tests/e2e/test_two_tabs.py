"""Two tabs of one person: what is asked in one appears in the other."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import Socket

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation
from apps.chat.services import message_send
from apps.core.actor import Actor

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
Customer = tuple[User, str]
CHANGED = {"type": "changed"}


def test_a_question_asked_in_another_tab_appears_and_its_answer_is_followed(chat: Chat, customer: Customer) -> None:
    user, session = customer
    actor = Actor(user_id=user.pk, label="tabs", role=user.role)
    first = Conversation.objects.create(
        assistant=Assistant.objects.get(slug="shop"), owner=user, title="Returns", language="en"
    )
    page, socket = chat(f"/c/{first.pk}/", session=session, fresh=True)
    page.fill("#question", "half a thought")

    def ask_elsewhere(conversation: uuid.UUID, text: str) -> uuid.UUID:
        ids = {name: uuid.uuid4() for name in ("message_id", "generation_id")}
        message_send(
            actor=actor, conversation_id=conversation, assistant="shop", text=text, start=lambda _: None, **ids
        )
        socket.say(CHANGED)
        return ids["generation_id"]

    generation = ask_elsewhere(first.pk, "Can I return it?")
    expect(page.locator(".question p")).to_have_text(["Can I return it?"])
    assert socket.expect("resume") == {"type": "resume", "generation": str(generation), "after_seq": 0}
    assert page.input_value("#question") == "half a thought"
    ask_elsewhere(uuid.uuid4(), "A lamp?")
    expect(page.locator(".conversation-list")).to_contain_text("A lamp?")
    expect(page.locator(".question p")).to_have_text(["Can I return it?"])


HERE = re.compile(r"^/accounts/login/\?next=%2Fc%2F[0-9a-f-]+%2F$")  # back to this conversation


def test_a_tab_whose_session_has_ended_says_so_and_leads_to_signing_in(chat: Chat, customer: Customer) -> None:
    page, socket = chat("/", session=customer[1], fresh=True)
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    socket.accept(socket.expect("send"))
    expect(page.locator(".answer-status")).to_be_visible()
    page.fill("#question", "half a thought")
    socket.say({"type": "error", "ref": None, "code": "session_ended", "message": "Your session has ended."})
    line = page.locator("[data-connection]")
    expect(line).to_contain_text("Your session has ended. Please reload the page.")
    expect(line.get_by_role("link", name="Sign in")).to_have_attribute("href", HERE)
    expect(page.locator("#question")).to_have_value("half a thought")
    expect(page.locator(".answer-status")).to_be_hidden()  # nothing is written into this tab any more
