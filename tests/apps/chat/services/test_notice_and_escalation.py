"""What an assistant has said below its answers, and whom it brings in when it has none."""

import uuid

import pytest

from apps.audit.models import AuditEvent
from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation, Generation, Message, Share, Standing
from apps.chat.news import tabs_key
from apps.chat.pages.data import assistant_data
from apps.chat.reading.snapshot import markdown, snapshot
from apps.chat.selectors import assistants_offered
from apps.chat.services import (
    generation_continue,
    handover_request,
    handover_withdraw,
    message_again,
    share_create,
)
from apps.chat.services.limits import WITH_PEOPLE_PER_PERSON
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import Unavailable
from apps.registry.models import ABLE_BYTES, ModelVersion

from ..fakes import FakeRuntime, FakeSearch, passage, send
from ..sockets import listening, tab

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]

DECLINING = ["[no]", " ", "I found no answer to this in the documents. "]
NOTICE, NOTICE_ZH = "No advice.", "不构成建议。"


async def ask(actor: Actor, text: str = "How long may I return it?", **ids) -> Conversation:
    sent = await in_database(lambda: send(actor, text, **ids))
    await generation_run(sent.generation.pk)
    return await in_database(Conversation.objects.select_related("assistant").get, pk=sent.conversation.pk)


async def answer_of(conversation: Conversation) -> str:
    return (await in_database(Message.objects.get, conversation=conversation, role="assistant")).text


async def set_up(**fields) -> None:
    await in_database(lambda: Assistant.objects.update(**fields))


@pytest.fixture
def declining(runtime: FakeRuntime, search: FakeSearch) -> FakeRuntime:
    search.confidence = 0.1
    runtime.pieces = DECLINING
    return runtime


async def test_without_an_answer_a_person_is_asked_for(owner: Actor, declining: FakeRuntime) -> None:
    await set_up(handover=True, escalates=True)
    conversation = await ask(owner)
    assert conversation.standing == Standing.WAITING
    noted = AuditEvent.objects.filter(action="handover.waiting", target__endswith=str(conversation.pk))
    assert await in_database(noted.exists)


async def test_the_customers_tabs_hear_that_a_person_was_asked_for(
    cast, owner: Actor, declining: FakeRuntime
) -> None:
    await set_up(handover=True, escalates=True)
    async with tab(cast["owner"][1]) as customer:
        await listening(tabs_key(owner), 1)
        await ask(owner)
        assert await customer.hear_anything() == {"type": "changed"}


async def test_who_gets_no_answer_hears_what_can_be_asked_and_is_offered_a_person(
    owner: Actor, declining: FakeRuntime
) -> None:
    declining.pieces = ["[no]", " "]  # the rest is known
    await set_up(handover=True, description="Orders and returns")
    conversation = await ask(owner)
    answer = await in_database(Message.objects.get, conversation=conversation, role="assistant")
    assert answer.text == (
        "I found no answer to this in the documents. Other words may help, or a colleague of ours. "
        "You can ask me about: Orders and returns."
    )
    assert answer.notes == [{"kind": "person"}]


@pytest.mark.parametrize(
    ("handover", "notes"), [(True, [{"kind": "person"}]), (False, [])], ids=["somebody there", "nobody"]
)
async def test_who_may_harm_themselves_is_offered_a_person_where_one_can_be_reached(
    owner: Actor, declining: FakeRuntime, handover: bool, notes: list
) -> None:
    await set_up(handover=handover)
    conversation = await ask(owner, "How do I kill myself?")
    answer = await in_database(Message.objects.get, conversation=conversation, role="assistant")
    assert answer.notes == notes and ("You can talk to a person here." in answer.text) is handover


@pytest.mark.parametrize(
    "fields", [{}, {"handover": True, "escalates": True}], ids=["nobody there", "called already"]
)
async def test_who_gets_no_answer_is_offered_no_person_where_none_is_to_be_asked_for(
    owner: Actor, declining: FakeRuntime, fields: dict
) -> None:
    await set_up(**fields)
    conversation = await ask(owner)
    answer = await in_database(Message.objects.get, conversation=conversation, role="assistant")
    assert answer.text.startswith("I found no answer") and answer.notes == []
    assert "colleague" not in answer.text


async def test_where_a_person_is_asked_for_the_customer_hears_that_and_of_nothing_that_no_longer_helps(
    owner: Actor, declining: FakeRuntime
) -> None:
    declining.pieces = ["[no]", " "]
    await set_up(handover=True, escalates=True, description="Orders and returns.")
    said = [await answer_of(await ask(owner, f"And {number}?")) for number in range(WITH_PEOPLE_PER_PERSON + 1)]
    asked = "I found no answer to this in the documents. A person has been asked and will answer you here."
    assert said[:-1] == [asked] * WITH_PEOPLE_PER_PERSON
    assert "A person has been asked" not in said[-1], "they wait elsewhere already, and nobody was asked"
    await in_database(lambda: Conversation.objects.update(standing=Standing.BOT))
    chinese = await answer_of(await ask(owner, "多久之内可以退货？"))
    assert chinese == "在现有文档里没有找到这个问题的答案。已为您转接人工客服，会有人在这里回复您。"


@pytest.mark.parametrize("escalates", [True, False])
async def test_who_speaks_of_killing_themselves_reaches_a_person_where_the_assistant_calls_one(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch, escalates: bool
) -> None:
    await set_up(handover=True, escalates=escalates)
    conversation = await ask(owner, "I want to kill myself")
    said = await answer_of(conversation)
    assert "crisis line" in said and said.endswith("A person has been asked and will answer you here.") is escalates
    assert conversation.standing == (Standing.WAITING if escalates else Standing.BOT)


@pytest.mark.parametrize(
    ("escalates", "whom"),
    [(True, "A person has been asked and will answer you here."), (False, "You can talk to a person here.")],
)
async def test_what_a_document_says_and_the_rules_withhold_leads_to_a_person(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch, escalates: bool, whom: str
) -> None:
    await set_up(handover=True, escalates=escalates)
    search.passages = (passage("A pregnant bitch is wormed weekly."),)
    runtime.pieces = ["[1]", " ", "A pregnant bitch is wormed weekly. "]
    conversation = await ask(owner)
    said = await answer_of(conversation)
    assert "other words will not change that" in said and said.endswith(whom) and "bitch" not in said
    assert conversation.standing == (Standing.WAITING if escalates else Standing.BOT)


async def test_what_is_blocked_for_other_reasons_calls_nobody(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await set_up(handover=True, escalates=True, blocked_words=["competitor"])
    assert (await ask(owner, "Is the competitor cheaper?")).standing == Standing.BOT


async def test_what_the_assistant_is_about_is_said_only_in_the_questions_language(
    owner: Actor, declining: FakeRuntime
) -> None:
    declining.pieces = ["[no]", " "]
    await set_up(description="Orders and returns.")
    assert await answer_of(await ask(owner, "多久之内可以退货？")) == phrases_for("zh", name="", overrides={})["no"]
    await set_up(description_zh="订单和退货。")
    assert "这里能解答的内容：订单和退货。" in await answer_of(await ask(owner, "多久之内可以退货？"))


@pytest.mark.parametrize(
    "fields", [{"handover": True}, {"escalates": True}, {}], ids=["not set up", "nobody there", "neither"]
)
async def test_where_it_is_not_set_up_nobody_is_asked_for(
    owner: Actor, declining: FakeRuntime, fields: dict
) -> None:
    await set_up(**fields)
    assert (await ask(owner)).standing == Standing.BOT


async def test_an_answer_brings_in_nobody(owner: Actor, runtime: FakeRuntime, search: FakeSearch) -> None:
    await set_up(handover=True, escalates=True)
    assert (await ask(owner)).standing == Standing.BOT


async def test_who_waits_for_people_already_fills_the_inbox_no_further(
    owner: Actor, declining: FakeRuntime
) -> None:
    await set_up(handover=True, escalates=True)
    standings = [(await ask(owner, f"And {number}?")).standing for number in range(WITH_PEOPLE_PER_PERSON + 1)]
    assert standings == [Standing.WAITING] * WITH_PEOPLE_PER_PERSON + [Standing.BOT]


async def test_the_next_question_without_an_answer_asks_again(owner: Actor, declining: FakeRuntime) -> None:
    await set_up(handover=True, escalates=True)
    conversation = await ask(owner)
    await in_database(lambda: handover_withdraw(actor=owner, conversation_id=conversation.pk))
    assert (await ask(owner, conversation_id=conversation.pk)).standing == Standing.WAITING


async def test_a_process_that_lost_the_answer_asks_for_nobody(
    owner: Actor, declining: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up(handover=True, escalates=True)
    monkeypatch.setattr("apps.chat.generation.runner.generation_close", lambda *_: False)
    assert (await ask(owner)).standing == Standing.BOT


async def test_a_notice_stands_below_answers_in_their_own_language_wherever_they_are_taken(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await set_up(notice=NOTICE, notice_zh=NOTICE_ZH)
    english, chinese = await ask(owner), await ask(owner, "多久之内可以退货？")
    await in_database(lambda: share_create(actor=owner, conversation_id=english.pk))
    share = await in_database(Share.objects.get)
    assert [message["notice"] for message in share.content["messages"]] == ["", NOTICE]
    assert f"*{NOTICE}*" in await in_database(lambda: markdown(share.content))
    assert f"*{NOTICE_ZH}*" in await in_database(lambda: markdown(snapshot(chinese)))
    page = await in_database(lambda: assistant_data(english.assistant))
    assert page["notice"] == {"en": NOTICE, "zh": NOTICE_ZH}


async def test_what_is_declined_has_no_notice_below_it(owner: Actor, declining: FakeRuntime) -> None:
    await set_up(notice=NOTICE)
    conversation = await ask(owner)
    assert NOTICE not in await in_database(lambda: markdown(snapshot(conversation)))


async def test_a_free_model_is_told_the_instructions_in_the_questions_language(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await set_up(verbatim=False, instructions="Like a pirate.", instructions_zh="像老师一样。")
    runtime.pieces = ["Thirty days [1]."]
    await ask(owner)
    await ask(owner, "多久之内可以退货？")
    prompts = [call["messages"][0]["content"] for call in runtime.calls]
    assert "Like a pirate." in prompts[0] and "像老师一样。" in prompts[1]


async def test_who_writes_freely_is_offered_only_with_a_model_that_is_able_to(owner: Actor) -> None:
    offered = lambda: in_database(lambda: [one.slug for one in assistants_offered(owner)])  # noqa: E731
    await in_database(lambda: ModelVersion.objects.update(size_bytes=0))
    assert await offered() == ["service"]
    await set_up(verbatim=False)
    assert await offered() == []
    await in_database(lambda: ModelVersion.objects.update(size_bytes=ABLE_BYTES))
    assert await offered() == ["service"]
    await set_up(alias="writer")
    assert await offered() == [], "no model is behind it"


async def test_an_assistant_that_cannot_answer_says_so_before_anything_is_kept(owner: Actor) -> None:
    answered = await in_database(send, owner)
    await in_database(lambda: Generation.objects.update(status="interrupted"))
    await set_up(verbatim=False)
    await in_database(lambda: ModelVersion.objects.update(size_bytes=0))
    ids = {"conversation_id": answered.conversation.pk, "generation_id": uuid.uuid4()}
    question = {"question_id": answered.message.pk, **ids}
    for ask_it in (
        lambda: send(owner),
        lambda: send(owner, **ids),
        lambda: message_again(actor=owner, **question),
        lambda: generation_continue(actor=owner, continued_id=answered.generation.pk, **question),
    ):
        with pytest.raises(Unavailable, match="no model that writes freely"):
            await in_database(ask_it)
    assert await in_database(Conversation.objects.count) == 1
    assert await in_database(Message.objects.count) == 2


async def test_people_are_reached_through_an_assistant_that_cannot_answer(owner: Actor) -> None:
    await set_up(verbatim=False, handover=True)
    await in_database(lambda: ModelVersion.objects.update(size_bytes=0))
    new = uuid.uuid4()
    await in_database(lambda: handover_request(actor=owner, conversation_id=new, assistant="service"))
    assert (await in_database(lambda: send(owner, conversation_id=new))).generation is None
