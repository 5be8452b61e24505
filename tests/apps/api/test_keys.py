"""Keys: shown once, for some assistants only, limited, and ended for good."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import openai
import pytest
from chat.fakes import send
from django.utils import timezone

from apps.api.keys import MadeKey, actor_of, key_make, key_revoke
from apps.api.models import ApiKey, Place
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, Generation
from apps.chat.selectors import conversations_of
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput

from .conftest import Connect

QUESTION = [{"role": "user", "content": "How long for returns?"}]


def ask(client: openai.OpenAI, model: str = "service"):
    return client.chat.completions.create(model=model, messages=QUESTION)


def test_a_token_is_stored_nowhere(made: MadeKey) -> None:
    row = ApiKey.objects.values().get()
    assert made.token not in str(row) and made.token.startswith(row["prefix"]) and len(row["prefix"]) == 12
    assert made.token not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.get(action="key.made").data["prefix"] == row["prefix"]


def test_a_key_opens_its_assistants_and_no_other(client: openai.OpenAI, made: MadeKey) -> None:
    Assistant.objects.create(slug="other", name="Other")
    assert [model.id for model in client.models.list()] == ["service", "all-minilm-l6-v2"]
    assert client.models.retrieve("service").id == "service"
    for call in (lambda: ask(client, "other"), lambda: client.models.retrieve("other")):
        with pytest.raises(openai.NotFoundError) as refused:
            call()
        assert refused.value.code == "model_not_found"
    Assistant.objects.filter(slug="service").update(enabled=False)
    with pytest.raises(openai.NotFoundError):
        ask(client)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("token", ["", "parley-made-up", "sk-" + "x" * 40])
def test_a_stranger_learns_nothing(server: str, made: MadeKey, token: str) -> None:
    for method, path in (("GET", "/models"), ("POST", "/chat/completions"), ("POST", "/embeddings"), ("GET", "/x")):
        answer = httpx.request(method, server + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"]["code"] == "invalid_api_key"
    assert made.key.prefix not in answer.text


def test_a_session_is_no_key(server: str, cast) -> None:
    cookies = {name: morsel.value for name, morsel in cast["owner"][1].cookies.items()}
    assert httpx.get(f"{server}/models", cookies=cookies).status_code == 401


def test_an_expired_and_a_revoked_key_are_refused_at_once(connect: Connect, made: MadeKey) -> None:
    client = connect(made.token)
    assert ask(client).choices
    key_revoke(actor=SYSTEM, key_id=made.key.pk)
    for call in (lambda: ask(client), client.models.list):
        with pytest.raises(openai.AuthenticationError):
            call()
    late = key_make(
        actor=SYSTEM, name="late", assistants=["service"], expires_at=timezone.now() + timedelta(days=1)
    )
    ApiKey.objects.filter(pk=late.key.pk).update(expires_at=timezone.now())
    with pytest.raises(openai.AuthenticationError):
        connect(late.token).models.list()
    assert Generation.objects.count() == 1


def test_revoking_ends_what_is_being_answered(made: MadeKey) -> None:
    sent = send(actor_of(made.key))
    key_revoke(actor=SYSTEM, key_id=made.key.pk)
    assert Generation.objects.get(pk=sent.generation.pk).stop_chars is not None
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_too_many_requests_in_a_minute_are_told_how_long_to_wait(client: openai.OpenAI, made: MadeKey) -> None:
    ApiKey.objects.update(per_minute=2, minute=timezone.now().replace(second=0, microsecond=0), asked=0)
    answer = client.models.with_raw_response.list()
    assert answer.headers["x-ratelimit-limit-requests"] == "2"
    ApiKey.objects.update(per_minute=1, minute=timezone.now().replace(second=0, microsecond=0), asked=1)
    with pytest.raises(openai.RateLimitError) as refused:
        client.models.list()
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 60
    ApiKey.objects.update(minute=timezone.now() - timedelta(minutes=2))
    assert client.models.list().data
    assert ApiKey.objects.get().last_used_at is not None


def test_only_so_many_answers_of_a_key_are_made_at_a_time(client: openai.OpenAI, made: MadeKey) -> None:
    ApiKey.objects.update(live=1)
    sent = send(actor_of(made.key))
    Generation.objects.filter(pk=sent.generation.pk).update(status="running")
    with pytest.raises(openai.RateLimitError):
        ask(client)
    Generation.objects.filter(pk=sent.generation.pk).update(status="done")
    assert ask(client).choices


def test_nobody_else_sees_what_a_key_asked(client: openai.OpenAI, cast) -> None:
    ask(client)
    conversation = Conversation.objects.get()
    for name in ("owner", "stranger", "visitor", "passer_by", "reviewer"):
        browser = cast[name][1]
        assert browser.get(f"/api/chat/conversations/{conversation.pk}/").status_code == 404
        assert browser.get("/api/chat/conversations/").json()["conversations"] == []


def test_a_key_cannot_read_what_people_or_other_keys_asked(made: MadeKey, cast) -> None:
    send(cast["owner"][0])
    other = key_make(actor=SYSTEM, name="other", assistants=["service"])
    send(actor_of(other.key))
    assert not conversations_of(actor_of(made.key)).exists()


@pytest.mark.parametrize("assistants", [[], ["nobody"], ["service", "nobody"]])
def test_a_key_for_no_known_assistant_is_not_made(assistant: Assistant, assistants: list[str]) -> None:
    with pytest.raises(BadInput):
        key_make(actor=SYSTEM, name="x", assistants=assistants)
    assert not ApiKey.objects.exists()


def test_vectors_come_as_the_client_wants_them(client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.api.listing.embed_sync", lambda *, texts, purpose: [[0.5, -0.25]] * len(texts))
    for encoding in ({}, {"encoding_format": "float"}):
        found = client.embeddings.create(model="all-minilm-l6-v2", input=["a", "b"], **encoding)
        assert [row.embedding for row in found.data] == [[0.5, -0.25]] * 2
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="service", input="a")
    assert AuditEvent.objects.filter(action="key.embedded").count() == 2


def test_vectors_in_the_making_count_among_the_requests_of_a_key(
    connect: Connect, made: MadeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    ApiKey.objects.update(live=1)
    asked, done = threading.Event(), threading.Event()

    def slowly(*, texts: list[str], purpose: str) -> list[list[float]]:
        asked.set()
        assert done.wait(60)
        return [[0.5]] * len(texts)

    monkeypatch.setattr("apps.api.listing.embed_sync", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(connect(made.token).embeddings.create, model="all-minilm-l6-v2", input="a")
        assert asked.wait(60)
        client = connect(made.token)
        for call in (lambda: client.embeddings.create(model="all-minilm-l6-v2", input="b"), lambda: ask(client)):
            with pytest.raises(openai.RateLimitError):
                call()
        done.set()
        assert len(first.result().data) == 1
    assert ask(client).choices and client.embeddings.create(model="all-minilm-l6-v2", input="b").data


def test_a_place_whose_process_died_is_free_again_after_a_while(client: openai.OpenAI, made: MadeKey) -> None:
    ApiKey.objects.update(live=1)
    Place.objects.create(key=made.key, ends_at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(openai.RateLimitError):
        ask(client)
    Place.objects.update(ends_at=timezone.now())
    assert ask(client).choices
