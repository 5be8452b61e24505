"""The socket: what it relays, what it refuses, and whom."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from redis.exceptions import RedisError

from apps.chat.generation.runner import generation_run
from apps.chat.models import Generation, Message
from apps.chat.services import conversation_delete
from apps.core.db import in_database

from ..fakes import ONE, TWO, FakeRuntime, events, said, send
from ..sockets import tab, text_of

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]


@pytest_asyncio.fixture
async def worker(database: None) -> AsyncIterator[Callable]:
    """The jobs that the socket defers are done in this loop, as in the served product."""
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            for generation in await in_database(lambda: list(Generation.objects.filter(status="queued"))):
                running.append(asyncio.create_task(generation_run(generation.pk)))
            await asyncio.sleep(0.01)

    running: list[asyncio.Task] = []
    task = asyncio.create_task(work())
    yield
    stop.set()
    await task
    await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), 60)


@pytest.mark.parametrize("name", ["owner", "visitor"])
async def test_a_question_is_accepted_and_its_answer_streams(cast, runtime: FakeRuntime, worker, name: str) -> None:
    async with tab(cast[name][1]) as mine:
        ids = await mine.ask("How long may I return it?")
        accepted = await mine.hear()
        assert accepted == {"type": "accepted", "title": "How long may I return it?", **ids}
        frames = await mine.hear_out()
    assert text_of(frames) == f"{ONE} [1]"
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert frames[-1]["event"]["message"] is None


async def test_the_question_is_queued_as_a_job_in_the_same_transaction(cast, runtime: FakeRuntime) -> None:
    async with tab(cast["owner"][1]) as mine:
        ids = await mine.ask()
        await mine.hear()
    jobs = ProcrastinateJob.objects.filter(queue_name="generations", status="todo")
    assert await in_database(lambda: [job.args for job in jobs]) == [{"generation_id": ids["generation"]}]


async def test_the_job_worker_of_the_served_process_answers(cast, runtime: FakeRuntime) -> None:
    async with tab(cast["owner"][1]) as mine:
        await mine.ask()
        await mine.hear()
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            await worker_app.run_worker_async(queues=["generations"], wait=False, install_signal_handlers=False)
        assert text_of(await mine.hear_out()) == f"{ONE} [1]"
    assert await in_database(ProcrastinateJob.objects.filter(status="succeeded").count) == 1


async def test_two_tabs_and_the_log_show_the_same_text(cast, runtime: FakeRuntime, worker) -> None:
    runtime.pieces = ["[1]", " ", *ONE, "\n", "[2]", " ", *TWO]
    runtime.paced = True
    async with tab(cast["owner"][1]) as one, tab(cast["owner"][1]) as two:
        ids = await one.ask()
        await one.hear()
        await two.say(type="resume", generation=ids["generation"], after_seq=0)
        for _piece in range(len(runtime.pieces) + 1):
            runtime.step()
            await asyncio.sleep(0.002)
        texts = [text_of(await each.hear_out()) for each in (one, two)]
    log = await in_database(events, uuid.UUID(ids["generation"]))
    assert texts == [said(log)] * 2 == [f"{ONE} {TWO} [1]"] * 2


async def test_a_reader_may_come_back_after_any_line(cast, runtime: FakeRuntime, worker) -> None:
    runtime.pieces = ["[1]", " " + ONE, "\n[3]", " Refunds take five working days."]
    async with tab(cast["owner"][1]) as first:
        ids = await first.ask()
        await first.hear()
        whole = await first.hear_out()
    for after in range(len(whole)):
        async with tab(cast["owner"][1]) as again:
            await again.say(type="resume", generation=ids["generation"], after_seq=after)
            assert await again.hear_out() == whole[after:]


async def test_a_repeated_send_is_one_message_and_one_answer(cast, runtime: FakeRuntime, worker) -> None:
    async with tab(cast["owner"][1]) as one, tab(cast["owner"][1]) as two:
        ids = await one.ask()
        await two.ask(**ids)
        for mine in (one, two):
            assert (await mine.hear())["generation"] == ids["generation"]
            assert text_of(await mine.hear_out()) == f"{ONE} [1]"
    assert await in_database(Message.objects.count) == 2
    assert len(runtime.calls) == 1


async def test_another_question_waits_until_the_answer_is_there(cast, runtime: FakeRuntime) -> None:
    async with tab(cast["owner"][1]) as mine:
        ids = await mine.ask()
        await mine.hear()
        other = await mine.ask(conversation=ids["conversation"])
        frame = await mine.hear()
        while frame["type"] == "event":
            frame = await mine.hear()
    assert (frame["type"], frame["code"], frame["ref"]) == ("error", "conflict", other["message"])


async def test_an_answer_that_is_deleted_elsewhere_ends_with_an_error_for_this_tab(
    cast, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 0.02)
    async with tab(cast["owner"][1]) as mine:
        ids = await mine.ask()
        await mine.hear()
        await in_database(conversation_delete, actor=cast["owner"][0], conversation_id=ids["conversation"])
        frame = await mine.hear()
    assert (frame["type"], frame["ref"], frame["code"]) == ("error", ids["generation"], "not_found")


async def test_following_one_more_answer_lets_go_of_the_oldest(
    cast, runtime: FakeRuntime, worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.socket.consumer.WATCHES", 1)
    runtime.paced = True
    async with tab(cast["owner"][1]) as mine:
        first = await mine.ask()
        assert (await mine.hear())["type"] == "accepted"
        await runtime.asked.wait()
        second = await mine.ask()
        while (frame := await mine.hear())["type"] != "accepted":
            assert frame["generation"] == first["generation"]
        for _piece in range(len(runtime.pieces) + 1):
            runtime.step()
        frames = await mine.hear_out()
    assert {frame["generation"] for frame in frames} == {second["generation"]}


async def test_a_redis_that_is_away_does_not_take_the_chat_down(
    cast, runtime: FakeRuntime, worker, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        async def flush(self) -> None:
            raise RedisError

        async def group_send(self, *_) -> None:
            raise RedisError

    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr("apps.chat.generation.delivery.pokes.get_channel_layer", Away)
    async with tab(cast["owner"][1]) as mine:
        await mine.ask()
        assert (await mine.hear())["type"] == "accepted"
        assert text_of(await mine.hear_out()) == f"{ONE} [1]"


@pytest.mark.parametrize("outsider", ["stranger", "passer_by", "reviewer"])
@pytest.mark.parametrize("insider", ["owner", "visitor"])
async def test_an_outsider_gets_not_found_and_no_frame(
    cast, runtime: FakeRuntime, insider: str, outsider: str
) -> None:
    sent = await in_database(send, cast[insider][0])
    generation, conversation = str(sent.generation.pk), str(sent.conversation.pk)
    async with tab(cast[outsider][1]) as theirs:
        await theirs.say(type="resume", generation=generation, after_seq=0)
        await theirs.say(type="stop", generation=generation, seen_chars=0)
        await theirs.ask(conversation=conversation)
        await theirs.ask(conversation=conversation, message=sent.message.pk, generation=generation)
        answers = [await theirs.hear() for _ in range(4)]
        assert [(frame["type"], frame["code"]) for frame in answers] == [("error", "not_found")] * 4
        assert await theirs.socket.receive_nothing(0.05)
    assert await in_database(Message.objects.count) == 2
    assert (await in_database(Generation.objects.get)).stop_chars is None
    assert not runtime.calls


async def test_a_closed_account_is_refused_on_the_socket_it_has_open(cast, runtime: FakeRuntime) -> None:
    from apps.accounts.models import User

    async with tab(cast["owner"][1]) as mine:
        await in_database(User.objects.filter(username="owner").update, is_active=False)
        await mine.ask()
        assert (await mine.hear())["code"] == "session_ended"
    assert not await in_database(Message.objects.exists)


NOT_JSON = ["", "{", "[" * 20000, "x" * 40000]
NOT_OURS = [[], None, "send", 1, {"type": 1}, {"type": "dance"}, {"type": "stop", "generation": str(uuid.uuid4())}]
NOT_IDS = [None, 1, "", "x" * 36, [], {}]
NOT_NUMBERS = [-1, "0", 1.5, True, None, 2**40]
MALFORMED = [
    *NOT_JSON,
    *map(json.dumps, NOT_OURS),
    *(json.dumps({"type": "resume", "generation": value, "after_seq": 0}) for value in NOT_IDS),
    *(json.dumps({"type": "resume", "generation": str(uuid.uuid4()), "after_seq": value}) for value in NOT_NUMBERS),
    json.dumps({"type": "stop", "generation": str(uuid.uuid4()), "seen_chars": 1, "more": 2}),
]


async def test_malformed_frames_get_errors_and_the_socket_lives(cast, runtime: FakeRuntime, worker) -> None:
    async with tab(cast["owner"][1]) as mine:
        await mine.raw(bytes=b"\x00")
        assert (await mine.hear())["code"] == "bad_input"
        for frame in MALFORMED:
            await mine.raw(text=frame)
            assert (await mine.hear())["code"] == "bad_input", frame[:200]
        await mine.ask()
        assert (await mine.hear())["type"] == "accepted"
        await mine.hear_out()


async def test_errors_speak_the_pages_language(cast) -> None:
    async with tab(cast["owner"][1], language="zh-CN,zh;q=0.9") as mine:
        await mine.ask("   ")
        assert (await mine.hear())["message"] == "请先写下问题。"
