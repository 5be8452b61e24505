"""The REST views as they are described, and who may ask them with a key."""

import json
import re
import uuid
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from asgiref.sync import async_to_sync
from chat.fakes import FakeRuntime, send
from chat.test_access import ROUTES
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from apps.api.description import description
from apps.api.keys import MadeKey, actor_of, key_make, key_revoke
from apps.api.models import ApiKey
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation, Generation, Rating
from apps.chat.services import handover_request
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.models import Collection, Document, Passage

LANGUAGES = ("en", "zh-hans")


def document() -> dict[str, Any]:
    return description("en")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def holder(made: MadeKey) -> Client:
    """A program with the key; CSRF is checked as for a browser."""
    return Client(enforce_csrf_checks=True, headers=bearer(made.token))


def answered(actor: Actor, text: str = "How long may I return it?", **ids):
    sent = send(actor, text, **ids)
    async_to_sync(generation_run)(sent.generation.pk)
    return sent


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_valid_and_nothing_in_it_is_a_guess(language: str) -> None:
    description.cache_clear()
    GENERATOR_STATS.reset()
    validate_schema(description(language))
    assert not GENERATOR_STATS, GENERATOR_STATS._warn_cache | GENERATOR_STATS._error_cache


def test_every_route_below_api_is_described_with_all_its_methods() -> None:
    told = {
        path.replace("{", "<uuid:").replace("}", ">"): set(methods) for path, methods in document()["paths"].items()
    }
    routes = {path for name, path in ROUTES if path.startswith("/api/") and name != "api:reference"}
    assert routes == set(told)
    for path, methods in told.items():
        filled = re.sub("<.*?>", str(uuid.uuid4()), path)
        offered = Client().generic("TRACE", filled).headers["Allow"]
        assert {one.strip().lower() for one in offered.split(",")} - {"options"} == methods, path


def test_everything_is_said_in_both_languages() -> None:
    english, chinese = (description(language) for language in LANGUAGES)
    words = [
        (told["summary"], chinese["paths"][path][method]["summary"])
        for path, methods in english["paths"].items()
        for method, told in methods.items()
    ]
    assert all(one != other for one, other in words)


class Asker:
    """Asks, and holds each answer against what is told of it; a field that is not told of is a failure."""

    def __init__(self, client: Client) -> None:
        self.client, self.asked = client, set()

    def __call__(self, name: str, body: Any = None, query: str = "", **ids: Any) -> Any:
        path, method, told = next(
            (path, method, told)
            for path, methods in document()["paths"].items()
            for method, told in methods.items()
            if told["operationId"] == name
        )
        if body is not None:
            self._valid(body, told["requestBody"]["content"]["application/json"]["schema"])
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        response = getattr(self.client, method)(path.format(**ids) + query, **sent)
        told_answer = told["responses"][str(response.status_code)]
        self.asked.add((name, response.status_code))
        if "content" not in told_answer:
            assert not response.content
            return None
        self._valid(response.json(), told_answer["content"]["application/json"]["schema"])
        return response.json()

    def _valid(self, found: Any, schema: dict[str, Any]) -> None:
        components = json.loads(json.dumps(document()["components"]))
        for component in components["schemas"].values():
            component["additionalProperties"] = False
        components["schemas"]["ErrorDetail"]["additionalProperties"] = True  # what a program may know beside it
        whole = {**schema, "components": components, "$schema": "https://json-schema.org/draft/2020-12/schema"}
        jsonschema.validate(found, whole, format_checker=jsonschema.FormatChecker())


def test_all_answers_are_what_is_told_of_them(cast, assistant: Assistant, runtime: FakeRuntime) -> None:
    owner, browser = cast["owner"]
    Assistant.objects.update(handover=True)
    asker = Asker(browser)
    sent = answered(owner)
    ids = {"conversation_id": sent.conversation.pk}
    answer = {"generation_id": sent.generation.pk}
    asker("answers_rate", {"value": -1, "reason": "wrong", "comment": "Not so."}, **answer)
    asker("answers_rate", {"value": 1}, **answer)
    answered(owner, "How long may I keep it?", conversation_id=sent.conversation.pk, edits=sent.message.pk)
    asker("conversations_change", {"title": "Lamps", "pinned": True}, **ids)
    asker("conversations_change", {}, **ids)
    listed = asker("conversations_list", query="?q=return")
    assert listed["conversations"][0]["excerpt"]
    assert asker("conversations_read", **ids)["messages"][0]["versions"]
    asker("conversations_read", query="?before=nonsense", **ids)
    asker("conversations_show_version", {"message": str(sent.message.pk)}, **ids)
    asker("answers_unrate", **answer)
    share = asker("shares_make", **ids)
    asker("shares_list", **ids)
    asker("shares_end", share_id=share["id"], **ids)
    handover_request(actor=owner, conversation_id=sent.conversation.pk, assistant="service")
    asker("person_ask", {"assistant": "service"}, **ids)
    asker("person_leave", **ids)
    asker("schema")
    passage = shown_passage(assistant)
    asker("passages_read", passage_id=passage.pk)
    asker("passages_read", passage_id=uuid.uuid4())
    asker("conversations_delete", **ids)
    asker("conversations_delete", **ids)
    until = asker("history_count")["now"]
    removal = asker("history_delete", query=f"?{urlencode({'until': until})}")
    asker("history_removal", removal_id=removal["id"])
    asker("history_removal", removal_id=uuid.uuid4())
    asker("history_delete")
    names = {told["operationId"] for methods in document()["paths"].values() for told in methods.values()}
    # of the page: tests/apps/chat/test_files.py, test_images.py, test_all_conversations.py
    forms = {"history_archive", "files_bring", "files_remove", "file_passages_read", "file_images_read"}
    assert {name for name, status in asker.asked if status < 300} == names - forms


def shown_passage(assistant: Assistant | None = None) -> Passage:
    """A passage that the assistant answers from; without one, that nobody does."""
    collection = Collection.objects.create(slug=uuid.uuid4().hex[:8], name="Help")
    if assistant is not None:
        assistant.collections.add(collection)
    document_ = Document.objects.create(collection=collection, name="a.md", title="A")
    columns = {"collection": collection, "document": document_, "language": "en", "spans": [0, 5]}
    return Passage.objects.create(position=0, text="Free.", lexemes="", tokens_count=1, **columns)


def test_a_holder_of_a_key_sees_what_was_asked_with_it_and_cleans_up(
    holder: Client, made: MadeKey, runtime: FakeRuntime
) -> None:
    sent = answered(actor_of(made.key))
    asker, ids = Asker(holder), {"conversation_id": sent.conversation.pk}
    assert [one["id"] for one in asker("conversations_list")["conversations"]] == [str(sent.conversation.pk)]
    assert asker("conversations_read", **ids)["messages"][1]["sources"]
    asker("answers_rate", {"value": -1, "reason": "wrong"}, generation_id=sent.generation.pk)
    assert Rating.objects.get().value == -1
    asker("conversations_delete", **ids)
    assert not Conversation.objects.exists()


def test_a_key_opens_nothing_of_others_and_others_nothing_of_it(
    holder: Client, made: MadeKey, cast, runtime: FakeRuntime
) -> None:
    other = key_make(actor=SYSTEM, name="other", assistants=["service"])
    mine = send(actor_of(made.key))
    for sent in (send(cast["owner"][0]), send(actor_of(other.key))):
        address = f"/api/chat/conversations/{sent.conversation.pk}/"
        answers = [
            holder.get(address),
            holder.delete(address),
            holder.post(f"{address}shares/"),
            holder.put(f"/api/chat/answers/{sent.generation.pk}/rating/", {"value": 1}, "application/json"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
    address = f"/api/chat/conversations/{mine.conversation.pk}/"
    assert Client(headers=bearer(other.token)).get(address).status_code == 404
    for name in ("owner", "stranger", "visitor", "passer_by", "reviewer"):
        assert cast[name][1].get(address).status_code == 404


def test_a_key_that_is_not_valid_is_refused_whoever_is_signed_in(made: MadeKey, cast) -> None:
    key_revoke(actor=SYSTEM, key_id=made.key.pk)
    for token in (made.token, "parley-made-up", ""):
        answer = cast["owner"][1].get("/api/chat/conversations/", headers=bearer(token))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


def test_requests_with_a_key_count_like_all_others_of_it(holder: Client, made: MadeKey) -> None:
    ApiKey.objects.update(per_minute=1)
    ApiKey.objects.update(asked=0)
    answers = [holder.get("/api/chat/conversations/") for _request in range(3)]
    assert [answer.status_code for answer in answers][-1] == 429 and answers[-1].json()["error"]["seconds"] >= 1


def test_a_key_reads_the_passages_of_its_assistants_and_asks_for_no_person(
    holder: Client, made: MadeKey, runtime: FakeRuntime
) -> None:
    Assistant.objects.update(handover=True, audience="staff")
    opened, closed = shown_passage(Assistant.objects.get()), shown_passage()
    assert holder.get(f"/api/knowledge/passages/{opened.pk}/").status_code == 200
    assert holder.get(f"/api/knowledge/passages/{closed.pk}/").status_code == 404
    sent = send(actor_of(made.key))
    Generation.objects.update(status="done")
    address = f"/api/chat/conversations/{sent.conversation.pk}/person/"
    assert holder.put(address, {"assistant": "service"}, "application/json").status_code == 403
    assert Conversation.objects.get().standing == "bot"


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_every_operation_on_a_page_that_loads_nothing_from_elsewhere(language: str, db: None) -> None:
    page = Client().get("/api/docs/", headers={"accept-language": language}).content.decode()
    for path, methods in description(language)["paths"].items():
        assert path in page and all(told["summary"] in page for told in methods.values())
    assert "//" not in page.replace("// ", "").replace("<!--", "")
