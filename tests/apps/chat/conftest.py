"""The cast, one assistant, and a model that says what the test wants, when it wants."""

import uuid
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import Role, User
from apps.chat.generation.delivery import pokes
from apps.chat.models import Assistant
from apps.core.actor import Actor
from apps.knowledge.models import Collection, Document, Passage
from apps.registry.models import ABLE_BYTES, Alias, ModelVersion, RegisteredModel

from .fakes import FakeRuntime, FakeSearch


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    call_command("compile_locale")


@pytest.fixture(autouse=True)
def pokes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test without Redis makes the process pause its pokes; the next test has not failed yet."""
    monkeypatch.setattr(pokes, "_paused_until", 0.0)


@pytest.fixture
def quick_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told is written at once, and a lost lease found out: both take a second otherwise."""
    monkeypatch.setattr("apps.chat.generation.delivery.writer.WRITE_SECONDS", 0.05)


@pytest.fixture
def database(transactional_db: None) -> None:
    """Rows that every thread and every connection sees."""


@pytest.fixture
def assistant(database: None) -> Assistant:
    model = RegisteredModel.objects.create(name="tiny")
    version = ModelVersion.objects.create(
        model=model, number=1, state="ready", source="path", path="/nowhere", size_bytes=ABLE_BYTES
    )
    Alias.objects.create(name="production", version=version)
    return Assistant.objects.create(slug="service", name="Service", name_zh="客服", threshold=0.3)


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    fake = FakeSearch()
    monkeypatch.setattr("apps.chat.generation.finding.searching.asearch", fake)
    monkeypatch.setattr("apps.chat.generation.finding.crossing.asearch_across", fake.across)
    return fake


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, search: FakeSearch) -> FakeRuntime:
    fake = FakeRuntime()
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", fake)
    return fake


@pytest.fixture
def shop(assistant: Assistant, search: FakeSearch) -> Collection:
    """The passages that the search finds, as rows."""
    made = Collection.objects.create(slug="shop", name="Shop", version=1)
    assistant.collections.add(made)
    document = Document.objects.create(collection=made, name="returns.md", title="Returns")
    found = []
    for position, passage in enumerate(search.passages):
        row = Passage.objects.create(
            collection=made,
            document=document,
            position=position,
            heading=passage.heading,
            text=passage.text,
            language="en",
            spans=[],
            lexemes="",
            tokens_count=1,
        )
        found.append(replace(passage, passage_id=row.pk, document_id=document.pk, title="Returns"))
    search.passages = tuple(found)
    return made


def person(client: Client, user: User | None = None) -> tuple[Actor, Client]:
    """An actor, and the browser of the same person."""
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return Actor(user_id=user.pk, label=user.username, role=user.role), client
    visitor = uuid.uuid4()
    session = client.session
    session["visitor_id"] = str(visitor)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return Actor(visitor_id=visitor, label="visitor"), client


@pytest.fixture
def cast(database: None) -> dict[str, tuple[Actor, Client]]:
    """owner and visitor have conversations; stranger and passer-by want in; reviewer has other doors."""
    users = {name: User.objects.create_user(name, password=None) for name in ("owner", "stranger")}
    users["reviewer"] = User.objects.create_user("reviewer", password=None, role=Role.REVIEWER)
    people = {name: person(Client(), user) for name, user in users.items()}
    return people | {name: person(Client()) for name in ("visitor", "passer_by")}


@pytest.fixture
def owner(cast: dict[str, tuple[Actor, Client]]) -> Actor:
    return cast["owner"][0]
