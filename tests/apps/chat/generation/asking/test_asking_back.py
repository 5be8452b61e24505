"""Who leaves open what it is about, or the price of what, is asked back; who asks anything clear is not."""

import uuid
from dataclasses import replace

import pytest

from apps.chat.generation.asking.vague import is_vague
from apps.chat.generation.phrases import aside
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import PassageScores, RankedPassage

from ...fakes import TWO, FakeRuntime, FakeSearch, events, passage, send


def below(heading: str, *sentences: str) -> RankedPassage:
    scores = PassageScores(1, 1, 1.0, 0.5, 1.0)
    return replace(passage(*sentences), heading=heading, scores=scores, document_id=uuid.uuid4())


async def asked(owner: Actor, question: str, **ids) -> tuple[Generation, list[dict]]:
    sent = await in_database(lambda: send(owner, question, **ids))
    await generation_run(sent.generation.pk)
    row = await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)
    return row, await in_database(events, row.pk)


@pytest.mark.parametrize(
    "text",
    [
        "Why?",
        "What now?",
        "How long?",
        "Is it possible?",
        "It does not work",
        "I have a problem",
        "please help me with a problem",
        "怎么办",
        "有问题",
        "不行",
        "可以吗？",
        "多久",
        "坏了",
        "这个怎么用",
        "出问题了",
        "出问题了怎么办",
        "出毛病了",
        "我有一个问题",
        "这个用不了",
        "能不能帮忙看看",
        "What is wrong?",
        "Something is broken",
        "I have a question",
    ],
)
def test_a_question_without_a_word_of_its_own_is_vague(text: str) -> None:
    assert is_vague(text, detect_language(text))


@pytest.mark.parametrize(
    "text",
    [
        "Returns",
        "my lamp does not work",
        "How long is the warranty?",
        "price match",
        "K1",
        "E2",
        "12345",
        "",
        "???",
        "退货",
        "灯不亮怎么办",
        "可以退吗",
        "包邮吗",
        "多久能退款",
        "E2 怎么办",
        "能开发票吗",
        "会员",
        "商品坏了怎么办",
        "坏了怎么办",
        "产品有问题怎么办",
        "出事了怎么办",
        "一个人能用吗",
        "What if something is broken?",
        "Do you have any work?",
        "Is it right to work here?",
        "How does it work?",
    ],
)
def test_one_word_of_its_own_is_enough_not_to_be_vague(text: str) -> None:
    assert not is_vague(text, detect_language(text))


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["What now?", "怎么办"])
async def test_who_is_vague_is_asked_back_with_examples_and_a_person_in_reach(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str
) -> None:
    starters = {"starters": ["When is shipping free?"], "starters_zh": ["满多少包邮？"]}
    await in_database(lambda: Assistant.objects.update(handover=True, **starters))
    generation, log = await asked(owner, question)
    language = detect_language(question)
    assert generation.outcome == Outcome.SMALLTALK, "declined would call people where that is set"
    assert generation.answer.text.startswith(aside("which_subject", language))
    assert starters["starters" if language == "en" else "starters_zh"][0] in generation.answer.text
    assert {"kind": "person"} in log
    assert runtime.calls == []


@pytest.mark.asyncio
async def test_what_was_said_before_makes_a_vague_question_clear(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    conversation = uuid.uuid4()
    await asked(owner, "Can I return a lamp?", conversation_id=conversation)
    generation, _log = await asked(owner, "Why?", conversation_id=conversation)
    assert generation.outcome == Outcome.ANSWERED


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["What happens then?", "How much is a repair?"])
async def test_a_question_that_is_a_heading_of_the_documents_is_answered(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str
) -> None:
    said = "We pay for it, always."
    search.passages, runtime.pieces = (below(f"Service › {question}", said),), ["[1]", f" {said}"]
    generation, _log = await asked(owner, question)
    assert generation.outcome == Outcome.ANSWERED


@pytest.mark.asyncio
async def test_the_price_of_many_things_is_asked_back_and_leads_to_them(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages = (below("Lamps", "A lamp gives 600 lumens."),)
    parts = ("A shade for the lamp costs ¥49.", "A plug for the lamp costs ¥39.")
    search.of = {"price": (below("Parts", *parts), below("Repairs", "A motor costs ¥99."))}
    generation, _log = await asked(owner, "How much is a lamp?")
    assert generation.outcome == Outcome.SMALLTALK
    assert generation.answer.text == aside("which_price_of", "en")
    (near,) = generation.answer.notes
    assert [place["heading"] for place in near["places"]] == ["Parts", "Lamps"]
    assert runtime.calls == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much is the wireless charger?", "The wireless charger costs £20."),
        ("How much is delivery?", "Delivery costs CHF 9 per parcel."),
        ("How much is delivery?", "Delivery is on us."),
        ("How much is a battery?", "Replacing it is on us."),
        ("How much is a battery?", "Battery; 3.50"),
        ("How much is VAT?", "It is 20%."),
        ("手续费多少钱", "手续费为交易额的 0.5%。"),
        ("押金多少钱", "押金等于两个月房租。"),
        ("运费多少钱", "运费由买家承担。"),
        ("便携灯多少钱", "性价比高，便携灯售价199元。"),
    ],
)
async def test_what_says_how_much_is_said_though_it_names_no_sum_of_a_kind_that_is_known(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str, said: str
) -> None:
    search.passages, runtime.pieces = (below("Conditions", said),), ["[1]", f" {said}"]
    generation, _log = await asked(owner, question)
    assert generation.outcome == Outcome.ANSWERED
    assert said in generation.answer.text


@pytest.mark.asyncio
@pytest.mark.parametrize("best", ["A lamp gives 600 lumens.", "A lamp with a dimmer costs £9 more than a lamp."])
async def test_the_price_of_another_thing_is_not_said_where_the_documents_have_none(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, best: str
) -> None:
    search.passages, search.of = (
        (below("Light", best),),
        {"price": (below("Desk", "Desk lamp: £40"),)},
    )
    generation, _log = await asked(owner, "How much is a lamp?")
    assert generation.outcome == Outcome.SMALLTALK
    assert runtime.calls == []


@pytest.mark.asyncio
async def test_a_price_that_is_found_is_said(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    said = "The kettle costs ¥239."
    search.passages, search.of = (below("Kettle", TWO),), {"price": (below("Prices", said, TWO),)}
    runtime.pieces = ["[1]", f" {said}"]
    generation, _log = await asked(owner, "How much is a kettle?")
    assert generation.outcome == Outcome.ANSWERED
    assert TWO not in runtime.calls[0]["grammar"]


@pytest.mark.asyncio
async def test_a_price_that_is_hardly_found_is_not_said(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages, search.of = (below("Kettle", TWO),), {"price": (below("Prices", "The kettle costs ¥239."),)}
    search.confidences = {"kettle price": 0.01}
    generation, _log = await asked(owner, "How much is a kettle?")
    assert generation.outcome == Outcome.SMALLTALK


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sections", "outcome"), [(("Prices",), Outcome.ANSWERED), (("Lamps", "Kettles"), Outcome.SMALLTALK)]
)
async def test_how_much_is_clear_where_there_is_one_price(
    assistant: Assistant,
    owner: Actor,
    runtime: FakeRuntime,
    search: FakeSearch,
    sections: tuple[str, ...],
    outcome: str,
) -> None:
    search.passages = tuple(below(section, "It costs ¥99 a month.") for section in sections)
    runtime.pieces = ["[1]", " It costs ¥99 a month."]
    generation, _log = await asked(owner, "How much?")
    assert generation.outcome == outcome
