"""An assistant asked through OpenAI's own client: the same answer, moderation and record as on the page."""

import time

import openai
import pytest
from chat.fakes import ONE, TWO, FakeRuntime
from chat.test_moderation import _blocked_question_word

from apps.api.keys import MadeKey
from apps.audit.models import AuditEvent
from apps.chat.models import Conversation, Generation
from apps.moderation.models import Decision

QUESTION = [{"role": "user", "content": "How long may I return it?"}]


def test_an_answer_comes_whole_with_its_sources_and_usage(client: openai.OpenAI, made: MadeKey) -> None:
    completion = client.chat.completions.create(model="service", messages=QUESTION)
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason, completion.model) == (f"{ONE} [1]", "stop", "service")
    assert completion.usage and completion.usage.completion_tokens == 2
    grounds = completion.model_extra["parley"]
    assert grounds["outcome"] == "answered" and grounds["confidence"] == 0.9
    assert [(source["number"], source["title"], source["excerpt"]) for source in grounds["sources"]] == [
        (1, "Returns", ONE)
    ]
    conversation = Conversation.objects.get()
    assert (conversation.key_id, conversation.owner_id, conversation.visitor_id) == (made.key.pk, None, None)
    event = AuditEvent.objects.get(action="message.sent")
    assert event.actor_label == f"key {made.key.prefix}…" and event.ip == "127.0.0.1"
    assert {decision.stage for decision in Decision.objects.all()} == {"input", "output"}


def test_a_stream_says_the_same_piece_by_piece(client: openai.OpenAI, runtime: FakeRuntime) -> None:
    runtime.pieces = ["[1]", " ", *ONE, "\n", "[2]", " ", *TWO]
    stream = client.chat.completions.create(
        model="service", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    texts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(texts) == f"{ONE} {TWO} [1]"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert [source["number"] for source in chunks[-2].model_extra["parley"]["sources"]] == [1]
    assert chunks[-1].choices == [] and chunks[-1].usage.total_tokens == len(runtime.pieces)


def test_who_hangs_up_stops_the_answer_and_frees_its_place(
    client: openai.OpenAI, made: MadeKey, runtime: FakeRuntime
) -> None:
    made.key.live = 1
    made.key.save()
    runtime.paced, runtime.pieces = True, ["[1]", " ", *ONE]
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.5).chat.completions.create(model="service", messages=QUESTION)
    deadline = time.monotonic() + 5
    while Generation.objects.get().status in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert Generation.objects.get().status == "stopped"
    assert runtime.closed or not runtime.calls
    runtime.paced = False
    assert client.chat.completions.create(model="service", messages=QUESTION).choices


def test_what_was_said_before_completes_a_question_that_hangs(client: openai.OpenAI, search) -> None:
    before = [
        {"role": "user", "content": "How do I return a floor lamp?"},
        {"role": "assistant", "content": "Free of charge."},
    ]
    asked = {"role": "user", "content": "And how long does that take?"}
    client.chat.completions.create(model="service", messages=[*before, asked])
    assert "lamp" in search.asked[-1]
    conversation = Conversation.objects.get()
    assert conversation.messages.count() == 2 and conversation.given == before


def test_what_is_blocked_is_answered_as_on_the_page_and_never_reaches_the_model(
    client: openai.OpenAI, runtime: FakeRuntime
) -> None:
    blocked = f"You {_blocked_question_word()}"
    completion = client.chat.completions.create(model="service", messages=[{"role": "user", "content": blocked}])
    assert completion.choices[0].finish_reason == "content_filter"
    assert completion.model_extra["parley"]["outcome"] == "blocked" and not runtime.calls
    told = [{"role": "user", "content": blocked}, {"role": "assistant", "content": "Yes."}, *QUESTION]
    client.chat.completions.create(model="service", messages=told)
    assert Conversation.objects.latest("created_at").given == []


def test_a_runtime_that_fails_is_an_error_of_the_server(client: openai.OpenAI, runtime: FakeRuntime) -> None:
    from apps.inference.errors import RuntimeUnavailable

    runtime.pieces, runtime.error = [], RuntimeUnavailable("gone")
    with pytest.raises(openai.InternalServerError) as broken:
        client.chat.completions.create(model="service", messages=QUESTION)
    assert broken.value.status_code == 503


MALFORMED = [
    ("messages", {"messages": []}),
    ("messages", {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}),
    ("messages[0]", {"messages": [{"role": "system", "content": "Be a pirate."}, *QUESTION]}),
    (
        "messages[0]",
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
    ),
    ("tools", {"tools": [{"type": "function", "function": {"name": "x"}}]}),
    ("n", {"n": 2}),
    ("made_up", {"extra_body": {"made_up": 1}}),
]


@pytest.mark.parametrize(("param", "fields"), MALFORMED)
def test_what_cannot_be_followed_is_refused_by_name(client: openai.OpenAI, param: str, fields: dict) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{"model": "service", "messages": QUESTION, **fields})
    assert (refused.value.param, refused.value.type) == (param, "invalid_request_error")
    assert not Conversation.objects.exists()
