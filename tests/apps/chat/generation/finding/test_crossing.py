"""What documents in a question's own language do not answer is answered in the words of those in the other."""

from dataclasses import replace

import pytest

from apps.chat.generation.finding.searching import searched
from apps.chat.generation.phrases import aside
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.types import RankedPassage

from ...fakes import ONE, THREE, TWO, FakeRuntime, FakeSearch, passage, send
from ..asking.test_greetings import brief

CHINESE = "遥控器保修一年。"


def chinese(*sentences: str) -> RankedPassage:
    return replace(passage(*sentences, title="保修"), language="zh")


def scored(found: RankedPassage, *scores: float) -> RankedPassage:
    pairs = zip(found.sentences, scores, strict=True)
    return replace(found, sentences=tuple(replace(one, score=score) for one, score in pairs))


async def asked(owner: Actor, question: str) -> Generation:
    sent = await in_database(send, owner, question)
    await generation_run(sent.generation.pk)
    return await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)


@pytest.fixture
def abroad(search: FakeSearch, runtime: FakeRuntime) -> FakeSearch:
    """Nothing is found in the question's language, a sentence in the other one."""
    search.confidence, search.abroad, search.abroad_sure = 0.1, (chinese(CHINESE),), 0.7
    runtime.pieces = ["[1]", f" {CHINESE}"]
    return search


@pytest.mark.asyncio
async def test_a_sentence_in_the_other_language_is_quoted_behind_a_word_that_says_so(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, shop: Collection
) -> None:
    row = await asked(owner, "How long is the remote control under warranty?")
    assert row.outcome == Outcome.ANSWERED
    assert row.answer.text == f"{aside('across', 'en')}\n\n{CHINESE} [1]"
    assert [source["excerpt"] for source in row.answer.sources] == [CHINESE]
    assert row.confidence == 0.7


@pytest.mark.asyncio
async def test_what_the_own_language_answers_stays_as_it_is(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime
) -> None:
    abroad.confidence, abroad.abroad_sure, runtime.pieces = 0.9, 0.99, ["[1]", f" {ONE}"]
    row = await asked(owner, "How long is the remote control under warranty?")
    assert row.answer.text == f"{ONE} [1]"


@pytest.mark.asyncio
async def test_another_answer_to_what_the_own_language_answers_does_not_say_it_again_in_the_other(
    search: FakeSearch,
) -> None:
    search.confidence, search.abroad, search.abroad_sure = 0.9, (chinese(CHINESE),), 0.99
    asked_again = replace(brief("How long is the remote control under warranty?"), said=(ONE, TWO, THREE))
    assert not (await searched(asked_again)).found.across


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["Hello", "What now?", "What is the weather tomorrow?"])
async def test_what_asks_nothing_of_the_documents_is_not_looked_for_elsewhere(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, question: str, runtime: FakeRuntime
) -> None:
    abroad.abroad_sure = 0.99
    runtime.pieces = ["[no]", " I found no answer to this in the documents. Other words may help."]
    row = await asked(owner, question)
    assert row.outcome != Outcome.ANSWERED


@pytest.mark.asyncio
async def test_what_is_not_sure_in_the_other_language_is_declined(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime
) -> None:
    abroad.abroad_sure = 0.2  # the assistant answers from 0.3 on
    runtime.pieces = ["[no]", " I found no answer to this in the documents. Other words may help."]
    assert (await asked(owner, "How long is the remote control under warranty?")).outcome == Outcome.DECLINED


@pytest.mark.asyncio
async def test_it_has_to_be_surer_beside_documents_in_the_own_language(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime
) -> None:
    question, abroad.abroad_sure = "How long is the remote control under warranty?", 0.5
    runtime.pieces = ["[no]", " I found no answer to this in the documents. Other words may help."]
    assert (await asked(owner, question)).outcome == Outcome.DECLINED
    assert not any(CHINESE in str(call) for call in runtime.calls)
    abroad.passages, runtime.pieces = (), ["[1]", f" {CHINESE}"]
    assert (await asked(owner, question)).outcome == Outcome.ANSWERED


@pytest.mark.asyncio
async def test_of_the_house_only_what_states_the_fact_is_quoted_across_languages(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime
) -> None:
    runtime.pieces = ["[no]", " I found no answer to this in the documents. Other words may help."]
    assert (await asked(owner, "What is your phone number?")).outcome == Outcome.DECLINED
    sentence = "客服热线 400-820-5588。"
    abroad.abroad, runtime.pieces = (chinese(CHINESE, sentence),), ["[1]", f" {sentence}"]
    row = await asked(owner, "What's your phone number?")
    assert row.answer.text.endswith(f"{sentence} [1]")


@pytest.mark.asyncio
@pytest.mark.parametrize(("second", "said"), [(4.0, True), (2.5, False)])
async def test_a_second_sentence_is_quoted_across_languages_only_if_it_is_nearly_as_likely(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime, second: float, said: bool
) -> None:
    abroad.abroad = (scored(chinese(CHINESE, "网关保修两年。"), 5.0, second),)
    await asked(owner, "How long is the remote control under warranty?")
    assert ("网关" in runtime.calls[0]["messages"][1]["content"]) == said


@pytest.mark.asyncio
async def test_the_model_is_not_asked_to_choose_among_sentences_that_it_may_not_read(
    assistant: Assistant, owner: Actor, abroad: FakeSearch, runtime: FakeRuntime
) -> None:
    await in_database(lambda: Assistant.objects.update(min_sentences=1, max_sentences=1))
    abroad.abroad = (scored(chinese(CHINESE, "网关保修两年。"), 5.0, 4.5),)
    await asked(owner, "How long is the remote control under warranty?")
    [call] = runtime.calls
    assert CHINESE in call["messages"][1]["content"]
    assert "网关" not in call["messages"][1]["content"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "own", "across", "sentence", "said"),
    [
        ("How much is the gift wrap?", 0.4, 0.99, "扫地机器人售价 3999 元。", False),
        ("How much is the lamp?", 0.4, 0.99, "台灯售价 299 元。", False),
        ("How much is the SP-1003?", 0.4, 0.7, "支架 SP-1003 售价 78 元。", True),
        ("How much is the SP-1003?", 0.4, 0.7, "支架 SP-1004 售价 78 元。", False),
        ("How much is the lamp?", 0.1, 0.7, "台灯售价 299 元。", True),
        ("How much is the lamp?", 0.1, 0.7, "安装费 60 元。", False),
        ("How much is the hub?", 0.1, 0.9, "中枢售价 499 元。", True),
    ],
)
async def test_a_price_across_languages_is_that_of_the_thing_that_is_asked_for(
    abroad: FakeSearch, question: str, own: float, across: float, sentence: str, said: bool
) -> None:
    abroad.passages = (passage("Lamps and gifts are a joy for years."),)
    abroad.confidence, abroad.abroad, abroad.abroad_sure = own, (chinese(sentence),), across
    found = (await searched(brief(question))).found
    assert (found.across and found.confidence >= 0.2) == said


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("twin", "told"),
    [
        ("Hub, 60 to 119 minutes late: 100%.", "Hub, 60 to 119 minutes late: 100%."),
        ("15 to 29 minutes late: 25%.", "迟到60至119分钟：100%。"),
    ],
)
async def test_what_says_the_same_in_the_own_language_passes_the_same_rules(
    search: FakeSearch, twin: str, told: str
) -> None:
    rows = ("迟到60至119分钟：100%。", "迟到15至29分钟：25%。")
    search.abroad, search.abroad_sure = (scored(chinese(*rows), 9.0, 8.0),), 0.97
    search.confidence, search.same = 0.1, (scored(passage(twin, "60 to 119 minutes late: 100%."), 9.0, 8.0),)
    freely = replace(brief("What do I get when I am 90 minutes late?"), verbatim=False)
    found = (await searched(freely)).found
    assert found.passages[0].sentences[0].text == told


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "context", "abroad", "sentence", "said"),
    [
        ("Any discounts?", "membership year", False, CHINESE, False),
        ("Any discounts?", "membership year", True, CHINESE, True),
        ("What now?", "membership year", True, CHINESE, False),
        ("What now?", "sp1003", True, "支架 SP-1003 有货。", False),
        ("How much?", "sp1003", True, "支架 SP-1003 售价 78 元。", True),
        ("What's your phone number?", "membership", False, "客服热线 400-820-5588。", True),
        ("And SP-1003?", "stock", False, "支架 SP-1003 有货。", True),
        ("Is it in stock?", "sp1003", True, "支架 SP-1003 有货。", True),
        ("Is it in stock?", "sp1003", True, "支架 SP-1004 有货。", False),
    ],
    ids=[
        "of its own language",
        "goes on",
        "vague",
        "vague, article",
        "its price",
        "the house",
        "an article",
        "of the article",
        "of another article",
    ],
)
async def test_what_hangs_on_questions_before_crosses_only_behind_what_was_quoted_so_or_to_its_article(
    search: FakeSearch, question: str, context: str, abroad: bool, sentence: str, said: bool
) -> None:
    search.confidence, search.abroad, search.abroad_sure = 0.1, (chinese(sentence),), 0.9
    found = (await searched(brief(question, context=context, abroad=abroad))).found
    assert (found.across and found.confidence >= 0.2) == said


@pytest.mark.asyncio
async def test_a_conversation_goes_on_in_the_other_language(
    assistant: Assistant, owner: Actor, abroad: FakeSearch
) -> None:
    first = await asked(owner, "How long is the remote control under warranty?")
    sent = await in_database(send, owner, "And the hub?", conversation_id=first.conversation_id)
    await generation_run(sent.generation.pk)
    row = await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)
    assert row.answer.text == f"{aside('across', 'en')}\n\n{CHINESE} [1]"
