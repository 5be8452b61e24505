"""A command that is quoted stands as code, whole, behind the sentence that says what it is for."""

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.brief import Brief
from apps.chat.generation.pieces import Source, Text
from apps.chat.generation.plan import plan_for
from apps.chat.generation.quoting.again import others
from apps.chat.generation.quoting.candidates import Candidate, candidates
from apps.chat.generation.quoting.labels import LabelReader
from apps.chat.generation.tutoring.checking import check_below
from apps.core.fences import on_one_line
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

CODE = "```\npip install parley\nparley serve --port 80\n```"
INSTALL = f"Install and start it:\n{CODE}"
OPEN = "Then open it in a browser."


def passage(*sentences: str, heading: str = "Set up › Installation", language: str = "en") -> RankedPassage:
    text = "\n".join(sentences)
    starts = [text.index(one) for one in sentences]
    ranked = tuple(
        RankedSentence(rank, one, start, start + len(one), -float(rank))
        for rank, (one, start) in enumerate(zip(sentences, starts, strict=True), 1)
    )
    return RankedPassage(uuid.uuid4(), uuid.uuid4(), "Parley", heading, text, language, 1.0, ranked)


def found(*passages: RankedPassage, said: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
    return candidates(Retrieval("How do I install it?", "en", passages, 0.9), said)


def answer(
    sources: tuple[Candidate, ...], *labels: int, size: int = 5, cut: int | None = None
) -> list[Source | Text]:
    reader = LabelReader(sources, {})
    said = "\n".join(f"[{label}] {sources[label - 1].text}" for label in labels)[:cut]
    out = [piece for at in range(0, len(said), size) for piece in reader.feed(said[at : at + size])]
    return out + reader.finish()


def text(out: list[Source | Text]) -> str:
    return "".join(piece.text for piece in out if isinstance(piece, Text))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_command_is_shown_as_code_behind_the_number_of_its_source(size: int) -> None:
    out = answer(found(passage(INSTALL, OPEN)), 1, 2, size=size)
    assert text(out) == f"Install and start it: [1]\n\n{CODE}\n\n{OPEN} [1]"
    assert [piece.excerpt for piece in out if isinstance(piece, Source)] == [INSTALL], "the document's own lines"


def test_what_stands_before_code_of_another_page_keeps_its_own_number() -> None:
    sources = found(passage(OPEN), passage(INSTALL))
    order = [next(n for n, one in enumerate(sources, 1) if bool(one.code) is wanted) for wanted in (False, True)]
    assert text(answer(sources, *order)) == f"{OPEN} [1] Install and start it: [2]\n\n{CODE}"


def test_a_command_that_the_token_limit_cut_off_is_shown_whole() -> None:
    assert text(answer(found(passage(INSTALL)), 1, cut=12)) == f"Install and start it: [1]\n\n{CODE}"


def test_the_model_reads_one_short_line_of_long_code() -> None:
    long = "```\n" + "\n".join(f"step {n}" for n in range(200)) + "\n```"
    [source] = found(passage(f"Run:\n{long}"))
    assert "\n" not in source.text and "`" not in source.text and len(source.text) <= 200
    assert text(answer((source,), 1)) == f"Run: [1]\n\n{long}"


@pytest.mark.parametrize(
    ("heading", "language", "words"),
    [
        ("Set up › Installation", "en", "Installation:"),
        ("如何安装？", "zh", "如何安装？"),
        ("安装", "zh", "安装："),
    ],
)
def test_code_without_a_sentence_before_it_stands_below_its_heading(
    heading: str, language: str, words: str
) -> None:
    assert text(answer(found(passage(CODE, heading=heading, language=language)), 1)) == f"{words} [1]\n\n{CODE}"


@pytest.mark.parametrize(("language", "words"), [("en", "Code:"), ("zh", "代码：")])
def test_code_of_a_document_without_title_or_heading_is_not_told_as_prose(language: str, words: str) -> None:
    bare = replace(passage(CODE, heading="", language=language), title="")
    assert text(answer(found(bare), 1)) == f"{words} [1]\n\n{CODE}"


def test_commands_that_differ_in_a_letter_are_two_and_the_same_one_is_quoted_once() -> None:
    other = INSTALL.replace("80", "81")
    sources = found(passage(INSTALL), passage(INSTALL), passage(other))
    assert sorted(one.code for one in sources) == [CODE, CODE.replace("80", "81")]


def test_another_answer_does_not_show_the_same_command_again() -> None:
    said = f"Install and start it: [1]\n\n{CODE}"
    assert [one.text for one in found(passage(INSTALL, OPEN), said=(said,))] == [OPEN]


def test_no_gap_is_made_in_code() -> None:
    assert check_below("Check yourself", [INSTALL], "How?", "en") == []


def answered(question: str, *passages: RankedPassage) -> list[str]:
    """The first lines of what an assistant with the usual two sentences says."""
    target: Any = None
    brief = Brief(question, "en", "Service", (), True, 0.2, 2, 2, {"no": "I found nothing."}, target)
    grammar = plan_for(brief, Retrieval(question, "en", passages, 0.9)).grammar or ""
    most = int(grammar.split("start: s1_")[1].split()[0])
    told = [json.loads(line.split(": ", 1)[1]) for line in grammar.splitlines() if line.startswith("S")]
    return [line.split("] ", 1)[1] for line in told[:most]]


def scored(whole: RankedPassage, *scores: float) -> RankedPassage:
    """Ranked by these scores, among all that are asked with it."""
    ranked = (
        replace(one, score=score, rank=100 - round(score * 10))
        for one, score in zip(whole.sentences, scores, strict=True)
    )
    return replace(whole, sentences=tuple(ranked))


INSTALLING = on_one_line(INSTALL)
NEEDS = "You need Debian 12."


@pytest.mark.parametrize(
    "question",
    [
        "How do I install it on Debian?",
        "which command installs it",
        "What does the call look like?",
        "show me an example",
        "怎么安装？",
        "如何在 Debian 上安装",
        "安装命令是什么",
        "配置文件长什么样",
    ],
)
def test_who_asks_how_gets_the_command_of_the_section_before_any_other_sentence(question: str) -> None:
    section = scored(passage(NEEDS, INSTALL, OPEN), 5.6, -1.3, 5.3)
    assert answered(question, section) == [NEEDS, INSTALLING]


def test_of_two_commands_of_a_section_the_likelier_one_is_said() -> None:
    other = INSTALL.replace("Install and start", "Remove").replace("install", "uninstall")
    section = scored(passage(NEEDS, other, INSTALL), 5.6, 0.1, 0.2)
    assert answered("How do I install it?", section) == [NEEDS, INSTALLING]


def test_a_command_in_the_next_passage_of_the_section_is_found() -> None:
    first = scored(passage(NEEDS, OPEN), 5.6, 5.3)
    after = replace(scored(passage(INSTALL), 0.1), document_id=first.document_id)
    assert answered("How do I install it?", first, after) == [NEEDS, INSTALLING]


@pytest.mark.parametrize("question", ["How long does it take?", "How much is it?", "装好后怎么样"])
def test_who_asks_something_else_hears_no_command_that_is_far_less_likely(question: str) -> None:
    assert answered(question, scored(passage(NEEDS, INSTALL), 5.6, 0.1)) == [NEEDS]


@pytest.mark.parametrize("question", ["How do I stop it?", "What stops it?", "怎么停止"])
def test_a_command_of_another_section_is_never_added(question: str) -> None:
    restore = scored(passage(INSTALL, heading="Set up › Restore"), 5.5)
    assert answered(question, scored(passage(OPEN), 5.6), restore) == [OPEN]
    assert answered(question, scored(passage(OPEN, NEEDS), 5.6, 5.0), restore) == [OPEN, NEEDS]
    assert answered(question, scored(passage(CODE), 5.6), restore) == [on_one_line(CODE)]


def test_no_sentence_of_another_section_stands_beside_a_command() -> None:
    elsewhere = scored(passage(NEEDS, heading="Set up › Restore"), 5.5)
    assert answered("How do I install it?", scored(passage(INSTALL), 5.6), elsewhere) == [INSTALLING]


def test_beside_a_command_no_other_one_is_added() -> None:
    restore = INSTALL.replace("Install and start", "Restore").replace("install", "restore --force")
    section = scored(passage(INSTALL, restore, OPEN), 6.7, 4.4, 3.8)
    assert answered("How do I install it?", section) == [INSTALLING, OPEN]


LIST = "To see what waits:\n```\njobs list\n```"
HANGS, CANCEL = "A job that hangs is taken out.", "Its pages are still charged:\n```\njobs cancel 4711\n```"
SECOND = on_one_line(CANCEL)


def jobs(*scores: float) -> RankedPassage:
    """A command, and a paragraph of two sentences that ends in another one."""
    lines = scored(passage(LIST, HANGS, CANCEL, heading="Jobs"), *scores)
    return replace(lines, text=lines.text.replace(f"{HANGS}\n", f"{HANGS} "))


@pytest.mark.parametrize(
    "question",
    [
        "How do I kill a job?",
        "What if a job hangs?",
        "job hangs",
        "Can you tell me how to kill a job?",
        "能不能告诉我怎么取消任务",
        "任务卡住了，那么",
    ],
)
def test_a_sentence_comes_with_the_command_that_its_paragraph_ends_in(question: str) -> None:
    assert answered(question, jobs(4.9, 5.6, -3.0)) == [HANGS, SECOND]


@pytest.mark.parametrize(
    "question",
    [
        "When is a job taken out?",
        "多久会取消",
        "Is a hanging job charged?",
        "Can I keep a job that hangs?",
        "hi, do hanging jobs cost anything",
        "A job hangs, isn't it taken out?",
        "I wonder whether a job that hangs is charged",
        "卡住的任务会收费吗？",
        "卡住的任务能不能留着",
        "卡住的任务是否收费",
        "任务卡住了，要收费么",
        "任务取消没取消",
        "卡住的任务也收费吧？",
    ],
)
def test_who_asks_when_or_whether_hears_no_command_that_nobody_asked_for(question: str) -> None:
    assert answered(question, jobs(4.9, 5.6, -3.0)) == [HANGS]


def test_a_command_that_is_as_likely_as_the_sentence_is_not_left_for_one_that_is_not() -> None:
    assert answered("How do I kill a job?", jobs(5.5, 5.6, -3.0)) == [on_one_line(LIST), HANGS]


def test_a_paragraph_without_a_command_leads_to_none_of_the_next() -> None:
    lines = scored(passage(HANGS, CANCEL, LIST, heading="Jobs"), 5.6, -3.0, 0.1)
    assert answered("How do I kill a job?", lines) == [HANGS, on_one_line(LIST)]
    assert answered("What if a job hangs?", lines) == [HANGS]


def test_another_answer_comes_with_its_command_too() -> None:
    section = scored(passage(NEEDS, INSTALL, OPEN), 5.6, -3.0, 5.3)
    found = others(Retrieval("How do I install it?", "en", (section,), 0.9), [NEEDS], 0.2)
    assert [one.text for one in found] == [OPEN, INSTALLING]
