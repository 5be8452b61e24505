"""Who asks how to do something is told all steps, in order, with their numbers; who asks for one fact is not."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.brief import Brief
from apps.chat.generation.pieces import Source, Text
from apps.chat.generation.plan import plan_for
from apps.chat.generation.quoting.procedures import names_it, says_how
from apps.core.language import detect_language
from apps.knowledge.ingest.extract.markdown import from_markdown
from apps.knowledge.ingest.passages import NORMAL, Splitting, cut_document
from apps.knowledge.models import Document, Passage
from apps.knowledge.retrieval.procedures import with_rest
from apps.knowledge.retrieval.ranked import ranked_passage
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

OPEN, CHOOSE, PRESS = "Open the page of rooms.", "Choose the day and the time.", "Press the green button."
THREE = f"1. {OPEN}\n2. {CHOOSE}\n3. {PRESS}"
PROSE = "There are twelve study rooms on the second floor."
ROOMS = f"# Study rooms\n\n## Study rooms\n\n{PROSE}\n\n## How to book\n\n{THREE}\n"


def found_in(source: str, best: str, splitting: Splitting = NORMAL) -> tuple[RankedPassage, ...]:
    """The passages of a page, of which one sentence is the best and the others follow far below in their order."""
    document = from_markdown(source)
    home = Document(title=document.title)
    sentences = 0
    passages: list[RankedPassage] = []
    for position, piece in enumerate(cut_document(document, splitting)):
        row = Passage(
            document=home, position=position, heading=piece.heading, text=piece.text, language=piece.language
        )
        row.spans, row.rows = [offset for span in piece.spans for offset in span], []
        ranked = []
        for start, end in piece.spans:
            said = piece.text[start:end]
            sentences += 1
            rank, score = (1, 9.0) if said == best else (1 + sentences, 4.0 - sentences)
            ranked.append(RankedSentence(rank, said, start, end, score))
        passages.append(replace(ranked_passage(row, 1.0), sentences=tuple(ranked)))
    return tuple(passages)


def answered(question: str, found: Sequence[RankedPassage], **brief: Any) -> tuple[str, list[Source]]:
    target: Any = None
    language = detect_language(question)
    how = Brief(question, language, "Help", (), True, 0.2, 2, 2, {"no": "Nothing."}, target, **brief)
    plan = plan_for(how, Retrieval(question, language, tuple(found), 0.9))
    lines = [line for line in (plan.grammar or "").splitlines() if line.startswith("S1:")]
    if not lines:
        return "", []
    said = lines[0].removeprefix('S1: "').removesuffix('"').encode().decode("unicode_escape")
    pieces = [*plan.reader.feed(said), *plan.reader.finish()]
    text = "".join(piece.text for piece in pieces if isinstance(piece, Text))
    return text, [piece for piece in pieces if isinstance(piece, Source)]


@pytest.mark.parametrize("best", [OPEN, CHOOSE, PRESS])
def test_whichever_step_is_the_best_all_of_them_are_told_and_nothing_follows(best: str) -> None:
    text, sources = answered("How do I book a study room?", found_in(ROOMS, best))
    assert text == f"{THREE} [1]"
    assert [source.excerpt for source in sources] == [THREE]


def test_the_section_whose_heading_names_the_task_goes_before_the_prose_beside_it() -> None:
    assert answered("How do I book a study room?", found_in(ROOMS, PROSE))[0] == f"{THREE} [1]"
    assert THREE not in answered("How many study rooms are there?", found_in(ROOMS, PROSE))[0]


def test_a_sentence_of_the_section_that_answers_better_is_said_before_its_steps() -> None:
    warning = "Rooms are kept for fifteen minutes."
    found = found_in(f"# Rooms\n\n## Book a room\n\n{warning}\n\n{THREE}\n", warning)
    text, [told] = answered("How do I book one of the rooms?", found)
    assert text == f"{warning} [1]\n\n{THREE} [1]"
    assert told.excerpt == f"{warning}\n{THREE}", "the source of the steps, too"


def test_what_leads_to_the_steps_stands_for_them() -> None:
    lead = "To book a room do this:"
    found = found_in(f"# Rooms\n\n{lead}\n\n{THREE}\n\n{PROSE}\n", lead)
    assert answered("How can I get one?", found)[0] == f"{THREE} [1]"


def test_who_asks_for_one_fact_gets_the_step_that_has_it_alone() -> None:
    assert answered("When do I choose?", found_in(ROOMS, CHOOSE))[0] == f"{CHOOSE} [1]"


def test_a_long_procedure_is_told_in_its_first_ten_steps_and_how_many_more_there_are() -> None:
    steps = [f"Fit part number {n} into the frame." for n in range(1, 15)]
    source = "# Assembly\n\n" + "\n".join(f"{n}. {said}" for n, said in enumerate(steps, 1))
    text, [told] = answered("How do I assemble it?", found_in(source, steps[6]))
    assert text.startswith(f"1. {steps[0]}\n2. {steps[1]}\n") and f"10. {steps[9]} [1]" in text
    assert text.endswith("\n\nAnd 4 more steps in the source.") and steps[10] not in text
    assert told.excerpt.endswith(steps[9])


def test_chinese_steps_are_told_in_chinese() -> None:
    steps = [f"把第 {n} 号零件装进框架里面去。" for n in range(1, 14)]
    source = "# 安装\n\n" + "\n".join(f"{n}. {said}" for n, said in enumerate(steps, 1))
    text, _sources = answered("怎么安装？", found_in(source, steps[0]))
    assert text.endswith("\n\n原文还有 3 步。")


def test_a_procedure_that_was_cut_is_told_whole_each_stretch_with_its_source() -> None:
    steps = [f"Fit part number {n} into the frame and tighten it with care." for n in range(1, 8)]
    source = "# Assembly\n\n" + "\n".join(f"{n}. {said}" for n, said in enumerate(steps, 1))
    first, second, *_rest = found_in(source, steps[0], Splitting(250, 1))
    whole = replace(first, after=(replace(second, passage_id=uuid.uuid4()),))
    text, sources = answered("How do I assemble it?", [whole])
    assert [source.number for source in sources] == [1, 2]
    assert text.count("[1]") == text.count("[2]") == 1
    assert [line[:2] for line in text.splitlines()] == [f"{n}." for n in range(1, len(text.splitlines()) + 1)]


def test_code_of_a_step_inside_a_step_stands_in_that_one() -> None:
    inner = f"   1. Run this command now:\n      ```\n      make\n      ```\n   2. {PRESS}"
    source = f"# Tool\n\n1. {OPEN}\n{inner}\n2. {CHOOSE}\n"
    text, _sources = answered("How do I open the page of rooms?", found_in(source, OPEN))
    assert text == source.removeprefix("# Tool\n\n").strip() + " [1]"


def test_code_and_steps_inside_a_step_stand_in_it() -> None:
    source = (
        f"# Tool\n\n1. Run this command now:\n   ```\n   make\n   ```\n2. {CHOOSE}\n   1. {OPEN}\n   2. {PRESS}\n"
    )
    text, _sources = answered("How do I do it?", found_in(source, CHOOSE))
    assert (
        text == f"1. Run this command now:\n   ```\n   make\n   ```\n2. {CHOOSE}\n   1. {OPEN}\n   2. {PRESS} [1]"
    )


def test_another_answer_to_the_same_question_is_not_the_same_steps() -> None:
    text, _sources = answered("How do I book a study room?", found_in(ROOMS, CHOOSE), said=[f"{THREE} [1]"])
    assert CHOOSE not in text


@pytest.mark.parametrize(
    "question",
    [
        "How do I book a room?",
        "How do I book when it is full?",
        "What should I do if my card is lost?",
        "What are the steps to book?",
        "Instructions for booking a room",
        "Guide to booking",
        "booking procedure",
        "怎么预约？",
        "借书证丢了怎么办",
        "报销流程",
        "退卡流程是什么？",
        "办卡需要哪些手续？",
        "退卡要做什么？",
    ],
)
def test_who_wants_to_do_something_asks_the_way(question: str) -> None:
    assert says_how(question)


@pytest.mark.parametrize(
    "question",
    [
        "How much is a new card?",
        "How long does it take?",
        "When do I get the code?",
        "Which network do I choose?",
        "Can I book online?",
        "Who signs the form?",
        "押金多少？",
        "怎么收费？",
        "几天能办好？",
        "可以网上预约吗？",
        "找谁签字？",
        # They only speak of a way.
        "How long does the procedure take?",
        "How much does the guide cost?",
        "Who is our guide?",
        "Is there a guide dog policy?",
        "How long is the procedure?",
        "手续费是多少",
        "手续费多少钱",
        "手续费",
        "办理手续需要几天",
        "手续在哪里办",
        "流程要多久",
        "流程时间",
        "有没有办法开发票",
        "How many steps are there?",
        "How long do the steps take?",
        "退款步骤要多久",
        # They only name something.
        "cancellation period",
        "opening hours",
        "breakfast time",
        "wifi password",
        "book a room",
        "取消期限",
        "预约",
    ],
)
def test_who_asks_for_a_fact_does_not(question: str) -> None:
    assert not says_how(question)


@pytest.mark.parametrize(
    ("question", "heading", "whether"),
    [
        ("book a room", "Rooms › Book a room", True),
        ("Lost my card", "Lost my card", True),
        ("预约", "图书馆 › 预约", True),
        ("cancellation period", "Terms", False),
        ("Is it open?", "Is it open?", False),
        ("opening hours", "", False),
    ],
)
def test_who_only_names_something_names_a_procedure_by_its_heading(
    question: str, heading: str, whether: bool
) -> None:
    [home, *_rest] = found_in(f"{THREE}\n", OPEN)
    language = detect_language(question)
    assert names_it(question, replace(home, heading=heading, language=language)) is whether


def test_numbered_terms_are_not_told_to_who_names_one_of_them() -> None:
    period = "You may cancel up to 14 days before arrival."
    others = "1. These terms apply to all stays.\n2. Prices are in euros."
    source = f"# Stays\n\n## Terms\n\n{others}\n3. {period}\n4. The law is ours.\n"
    assert answered("cancellation period", found_in(source, period))[0] == f"{period} [1]"
    assert "The law is ours." in answered("terms", found_in(source, period))[0], "they are named"


def test_the_fee_is_told_alone_where_a_step_has_it() -> None:
    fee = "输入金额，手续费为2元。"
    found = found_in(f"# 钱包\n\n## 提现\n\n1. 打开钱包页面。\n2. {fee}\n3. 点击确认按钮。\n", fee)
    assert answered("手续费是多少", found)[0] == f"{fee} [1]"
    assert "点击确认按钮。" in answered("怎么提现", found)[0]


@pytest.mark.django_db
def test_a_search_brings_the_rest_of_a_procedure_that_was_cut() -> None:
    from apps.knowledge.models import Collection

    home = Document.objects.create(collection=Collection.objects.create(slug="help", name="Help"), name="a.md")
    steps = [f"Fit part number {n} into the frame and tighten it with care." for n in range(1, 14)]
    source = "\n".join(f"{n}. {said}" for n, said in enumerate(steps, 1))
    rows = [
        Passage.objects.create(
            collection=home.collection,
            document=home,
            position=position,
            text=piece.text,
            language="en",
            spans=[offset for span in piece.spans for offset in span],
            lexemes="",
            tokens_count=1,
        )
        for position, piece in enumerate(cut_document(from_markdown(source), Splitting(250, 1)))
    ]
    assert len(rows) > 2
    [middle] = with_rest([ranked_passage(rows[1], 1.0)], [rows[1]], ranked_passage)
    assert [one.passage_id for one in middle.before] == [rows[0].pk]
    assert [one.passage_id for one in middle.after] == [row.pk for row in rows[2:]]
