"""An assistant asked through OpenAI's own client: the same answer, moderation and record as on the page."""

import asyncio
import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import openai
import pytest
from chat.fakes import ONE, TWO, FakeRuntime, send
from chat.generation.test_moderation import _blocked_question_word
from chat.test_images import photo

from apps.api import completions
from apps.api.keys import MadeKey, actor_of
from apps.api.limits import question_ask
from apps.api.models import ApiKey
from apps.audit.models import AuditEvent
from apps.chat.generation import given
from apps.chat.generation.guard import input_judged
from apps.chat.models import Conversation, Generation, StoredImage
from apps.chat.services import Sent
from apps.core.errors import BadInput
from apps.core.threads import short_call
from apps.inference.errors import RuntimeUnavailable
from apps.moderation.models import Decision
from apps.registry.models import ModelVersion
from tests.runtime.support.processes import eventually
from tests.runtime.support.wire import asked

QUESTION = [{"role": "user", "content": "How long may I return it?"}]


def test_an_answer_comes_whole_with_its_sources_and_usage(client: openai.OpenAI, made: MadeKey) -> None:
    completion = client.chat.completions.create(model="service", messages=QUESTION)
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason, completion.model) == (f"{ONE} [1]", "stop", "service")
    assert completion.usage and completion.usage.completion_tokens == 2
    grounds = completion.model_extra["parley"]
    assert grounds["outcome"] == "answered" and grounds["confidence"] == 0.4519
    assert [(source["number"], source["title"], source["excerpt"]) for source in grounds["sources"]] == [
        (1, "Returns", ONE)
    ]
    conversation = Conversation.objects.get()
    ids = {"conversation": str(conversation.pk), "generation": str(Generation.objects.get().pk)}
    assert grounds | ids == grounds
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


WHOLE = f"{ONE} [1]"
REST = {"the same": WHOLE[5:], "something else": " else.", "less": ""}


@pytest.mark.parametrize("again", REST)
def test_a_stream_that_went_on_elsewhere_is_whole_or_says_that_it_is_broken(
    client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """The process that told the first words died before it wrote them, and another one makes them again."""
    watch = completions.watch

    async def broken_off(*given):
        async for seq, event in watch(*given):
            if event["kind"] == "end":
                yield seq, {"kind": "kept", "text": WHOLE[:5], "sources": [], "notes": []}
                yield seq, {"kind": "delta", "text": REST[again]}
            yield seq, event

    monkeypatch.setattr(completions, "watch", broken_off)
    stream = client.chat.completions.create(model="service", messages=QUESTION, stream=True)
    sent = ""
    if again == "the same":
        for chunk in stream:
            sent += chunk.choices[0].delta.content or ""
        assert sent == WHOLE
    else:
        with pytest.raises(openai.APIError):
            for chunk in stream:
                sent += chunk.choices[0].delta.content or ""
        assert sent == WHOLE
    at_once = client.chat.completions.create(model="service", messages=QUESTION)
    assert at_once.choices[0].message.content == WHOLE[:5] + REST[again]


def test_who_hangs_up_stops_the_answer_and_frees_its_place(
    server: str, client: openai.OpenAI, made: MadeKey, runtime: FakeRuntime
) -> None:
    made.key.live = 1
    made.key.save()
    runtime.paced, runtime.pieces = True, ["[1]", " ", *ONE]
    with asked(f"{server}/chat/completions", {"model": "service", "messages": QUESTION}, made.token):
        eventually(lambda: runtime.calls)
    eventually(lambda: Generation.objects.get().status not in ("queued", "running"))
    assert Generation.objects.get().status == "stopped"
    eventually(lambda: runtime.closed)
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
    runtime.pieces, runtime.error = [], RuntimeUnavailable("gone")
    with pytest.raises(openai.InternalServerError) as broken:
        client.chat.completions.create(model="service", messages=QUESTION)
    assert broken.value.status_code == 503


MALFORMED = [
    ("messages", {"messages": []}),
    ("messages", {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}),
    ("messages", {"messages": [{"role": "system", "content": "Be a pirate."}]}),
    ("messages[0]", {"messages": [{"role": "tool", "content": "x"}, *QUESTION]}),
    (
        "messages[0]",
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/a"}}]}]},
    ),
    ("tools", {"tools": [{"type": "function", "function": {"name": "x"}}]}),
    ("n", {"n": 2}),
    ("made_up", {"extra_body": {"made_up": 1}}),
]


def shown(data: bytes, text: str = "What is this?") -> dict:
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    parts = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
    return {"role": "user", "content": parts}


def test_an_image_goes_to_a_model_that_sees_made_anew_and_kept_with_the_question(
    client: openai.OpenAI, runtime: FakeRuntime
) -> None:
    ModelVersion.objects.update(config={"vision_config": {}})
    talk = [shown(photo(), "What is this?"), {"role": "assistant", "content": "A lamp."}, *QUESTION]
    client.chat.completions.create(model="service", messages=talk)
    part, text = runtime.calls[0]["messages"][-1]["content"]
    assert part["image_url"]["url"].startswith("data:image/jpeg;base64,") and "How long" in text["text"]
    kept = StoredImage.objects.get()
    assert kept.file.message == Generation.objects.get().question and b"Li Hua" not in bytes(kept.data)
    assert Conversation.objects.get().given[0]["content"] == "What is this?"


def test_an_image_for_a_model_that_cannot_see_is_refused_and_nothing_is_kept(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="cannot see images") as refused:
        client.chat.completions.create(model="service", messages=[shown(photo())])
    assert refused.value.code == "images_unseen"
    with pytest.raises(openai.BadRequestError, match="no image that can be read"):
        client.chat.completions.create(model="service", messages=[shown(b"MZ")])
    with pytest.raises(openai.BadRequestError, match="At most 5 images"):
        client.chat.completions.create(model="service", messages=[shown(photo())] * 6)
    assert not Conversation.objects.exists() and not StoredImage.objects.exists()


def test_images_that_are_read_slowly_hold_up_nothing_short(
    client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(data: bytes) -> None:
        begun.release()
        go_on.wait(120)
        raise BadInput("broken")

    monkeypatch.setattr("apps.api.completions.image_remade", slow)

    def ask() -> None:
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(model="service", messages=[shown(b"slow")])

    with ThreadPoolExecutor(4) as askers:
        asked = [askers.submit(ask) for _ in range(4)]
        try:
            assert all(begun.acquire(timeout=60) for _ in asked)
            assert asyncio.run(asyncio.wait_for(short_call(lambda: "done"), 60)) == "done"
        finally:
            go_on.set()
        for one in asked:
            one.result()


@pytest.mark.parametrize(("param", "fields"), MALFORMED)
def test_what_cannot_be_followed_is_refused_by_name(client: openai.OpenAI, param: str, fields: dict) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{"model": "service", "messages": QUESTION, **fields})
    assert (refused.value.param, refused.value.type) == (param, "invalid_request_error")
    assert not Conversation.objects.exists()


def test_however_many_turns_are_told_few_are_judged(
    client: openai.OpenAI, made: MadeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []

    async def judging(text: str, own: object):
        judged.append(text)
        return await input_judged(text, own)

    monkeypatch.setattr(given, "input_judged", judging)
    talk = [QUESTION[0], *({"role": "assistant", "content": f"part {at}"} for at in range(198)), *QUESTION]
    client.chat.completions.create(model="service", messages=talk)
    assert judged == [QUESTION[0]["content"], "part 197"]
    assert [turn["content"] for turn in Conversation.objects.get().given] == judged
    judged.clear()
    send(actor_of(made.key))
    ApiKey.objects.update(live=1)
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model="service", messages=talk)
    assert judged == []


def test_who_leaves_while_the_question_is_stored_leaves_no_answer_behind(
    server: str, made: MadeKey, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, left = threading.Event(), threading.Event()

    def slowly(**question) -> Sent:
        begun.set()
        assert left.wait(60)
        return question_ask(**question)

    monkeypatch.setattr(completions, "question_ask", slowly)
    runtime.paced = True
    with asked(f"{server}/chat/completions", {"model": "service", "messages": QUESTION}, made.token):
        assert begun.wait(60)
    left.set()
    eventually(lambda: Generation.objects.filter(status="stopped").exists())


def test_a_stream_that_waits_has_its_headers_and_says_that_it_is_alive(
    server: str, made: MadeKey, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completions, "SILENCE", 0.02)
    runtime.paced, runtime.pieces, runtime.error = True, [], RuntimeUnavailable("gone")
    asked = {"model": "service", "messages": QUESTION, "stream": True}
    headers = {"Authorization": f"Bearer {made.token}"}
    with httpx.stream("POST", f"{server}/chat/completions", json=asked, headers=headers, timeout=60) as answer:
        assert (answer.status_code, answer.headers["x-accel-buffering"]) == (200, "no")
        lines = (line for line in answer.iter_lines() if line)
        assert json.loads(next(lines).removeprefix("data: "))["choices"][0]["delta"]["role"] == "assistant"
        assert (next(lines), next(lines)) == (": waiting", ": waiting")
        runtime.step()
        rest = [line for line in lines if not line.startswith(":")]
    assert [json.loads(line.removeprefix("data: "))["error"]["code"] for line in rest] == ["unavailable"]


def test_the_client_of_a_stream_that_failed_late_hears_of_it(
    client: openai.OpenAI, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completions, "SILENCE", 0.02)
    runtime.paced, runtime.pieces, runtime.error = True, [], RuntimeUnavailable("gone")
    stream = client.chat.completions.create(model="service", messages=QUESTION, stream=True)
    assert next(stream).choices[0].delta.role == "assistant"
    runtime.step()
    with pytest.raises(openai.APIError):
        next(stream)
