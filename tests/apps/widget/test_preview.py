"""A widget is looked at before it is saved: by staff in the console, and nothing of it is stored or counted."""

import uuid
from typing import Any

import pytest
from chat.conftest import person
from django.core import signing
from django.test import Client

from apps.accounts.models import Role, User
from apps.chat.models import Assistant, Conversation
from apps.chat.services import message_send
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, NotFound
from apps.widget.inboxes import inbox_save
from apps.widget.models import Inbox
from apps.widget.preview import preview_sign

from .conftest import SHOP

HELD: dict[str, Any] = {
    "name": "Shop",
    "assistants": ["service"],
    "origins": [SHOP],
    "anonymous": True,
    "label": "Ask us",
    "greeting": "Hello there",
    "accent": "#b4540a",  # a shade too light for text
    "side": "left",
}


@pytest.fixture
def token(assistant: Assistant) -> str:
    return preview_sign(page_id=uuid.uuid4(), inbox_id=None, **HELD)


@pytest.fixture
def olga(assistant: Assistant) -> tuple:
    return person(Client(), User.objects.create_user("olga", password=None, role=Role.OPERATOR))


def test_button_theme_and_frame_are_as_the_form_says_and_nothing_is_stored(token: str, olga) -> None:
    look = Client().get(f"/widget/preview/{token}/look/").json()
    assert (look["accent"], look["side"], look["words"]["en"]["label"]) == ("#b4540a", "left", "Ask us")
    theme = Client().get(f"/widget/preview/{token}/theme.css")
    assert (
        theme.headers["Content-Type"].startswith("text/css")
        and "--accent: light-dark(#b0520a" in theme.content.decode()
    )
    frame = olga[1].get(f"/widget/preview/{token}/?language=en")
    assert "Hello there" in frame.content.decode()
    assert not Inbox.objects.exists() and Assistant.with_trials.count() == 1


def test_no_site_may_frame_it_not_even_those_of_the_form(token: str, olga) -> None:
    headers = olga[1].get(f"/widget/preview/{token}/").headers
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert SHOP not in headers["Content-Security-Policy"] and headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_saved_widget_is_looked_at_changed_and_stays_as_it_is(assistant: Assistant) -> None:
    saved = inbox_save(actor=SYSTEM, inbox_id=None, **HELD)
    token = preview_sign(page_id=uuid.uuid4(), inbox_id=saved.pk, **HELD | {"accent": "#112233"})
    assert Client().get(f"/widget/preview/{token}/look/").json()["accent"] == "#112233"
    assert Client().get(f"/widget/{saved.pk}/look/").json()["accent"] == "#b4540a"


@pytest.mark.parametrize(
    "wrong", [{"origins": ["*"]}, {"accent": "red"}, {"assistants": []}, {"assistants": ["gone"]}]
)
def test_what_cannot_be_saved_cannot_be_looked_at(assistant: Assistant, wrong: dict) -> None:
    with pytest.raises(BadInput):
        preview_sign(page_id=uuid.uuid4(), inbox_id=None, **HELD | wrong)


def test_a_question_in_it_is_a_trial_of_whoever_looks(token: str, olga) -> None:
    actor, client = olga
    frame = client.get(f"/widget/preview/{token}/").context["page_data"]
    slug = frame["assistants"][0]["slug"]
    ids = {"message_id": uuid.uuid4(), "generation_id": uuid.uuid4(), "conversation_id": uuid.uuid4()}
    ask = {"assistant": slug, "text": "How long for returns?", "start": lambda generation: None, **ids}
    with pytest.raises(NotFound):
        message_send(actor=actor, **ask)  # nothing is there before the frame says that somebody asks
    assert client.post(f"/widget/preview/{token}/").status_code == 200
    message_send(actor=actor, **ask)
    asked = Conversation.objects.get()
    assert asked.is_trial and asked.inbox_id is None and asked.assistant.name == "Service"


@pytest.mark.parametrize("outsider", ["owner", "visitor", "reviewer"])
def test_nobody_else_opens_or_begins_it(cast, token: str, outsider: str) -> None:
    client = cast[outsider][1]
    assert client.get(f"/widget/preview/{token}/").status_code == 403
    assert client.post(f"/widget/preview/{token}/").status_code == 403
    assert Assistant.with_trials.count() == 1


def test_only_what_was_signed_here_is_shown(token: str) -> None:
    forged = signing.dumps({"look": {}, "assistants": [], "page": uuid.uuid4().hex}, salt="another purpose")
    for wrong in ("guessed", token[:-2] + "aa", forged):
        assert Client().get(f"/widget/preview/{wrong}/look/").status_code == 404


def test_the_same_look_has_the_same_address_so_that_other_fields_disturb_nobody(assistant: Assistant) -> None:
    page_id = uuid.uuid4()
    tokens = {preview_sign(page_id=page_id, inbox_id=None, **HELD | {"name": name}) for name in ("Shop", "Store")}
    assert len(tokens) == 1
