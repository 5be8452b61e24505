"""A shop's inbox, the shop's server that signs for its customers, and frames that ask."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from chat.conftest import assistant, cast, database, runtime, search, translations  # noqa: F401
from django.test import Client

from apps.chat.models import Assistant
from apps.core.actor import SYSTEM
from apps.widget.inboxes import inbox_save
from apps.widget.models import Inbox
from apps.widget.signing import secret_make

SHOP = "https://shop.example"


@pytest.fixture
def inbox(assistant: Assistant) -> Inbox:  # noqa: F811
    return inbox_save(actor=SYSTEM, inbox_id=None, name="Shop", assistants=["service"], origins=[SHOP])


@pytest.fixture
def secret(inbox: Inbox) -> str:
    return secret_make(actor=SYSTEM, inbox_id=inbox.pk)


Sign = Callable[..., str]


@pytest.fixture
def sign(inbox: Inbox, secret: str) -> Sign:
    """The shop's server: `sign("alice")`; a claim that is None is left out."""

    def signed(subject: str = "alice", *, key: str = secret, algorithm: str = "HS256", **claims: Any) -> str:
        ends = datetime.now(UTC) + timedelta(minutes=5)
        given = {"sub": subject, "aud": str(inbox.pk), "exp": ends, "jti": uuid4().hex, **claims}
        kept = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(kept, key, algorithm=algorithm)

    return signed


Open = Callable[..., Any]


@pytest.fixture
def open_session(inbox: Inbox) -> Open:
    """`open_session(token)` as the frame does it; returns the response."""

    def opened(identity: object = None, **extra: Any) -> Any:
        path = f"/widget/{inbox.pk}/session/"
        return Client().post(path, json.dumps({"identity": identity}), content_type="application/json", **extra)

    return opened


def frame(session: Any) -> Client:
    """A frame that shows the token of the session that was opened."""
    return Client(headers={"Authorization": f"Visitor {session.json()['token']}"})
