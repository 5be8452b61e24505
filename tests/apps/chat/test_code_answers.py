"""A command that is quoted stands as code, whole, behind the sentence that says what it is for."""

import uuid

import pytest

from apps.chat.generation.candidates import Candidate, candidates
from apps.chat.generation.checking import check_below
from apps.chat.generation.labels import LabelReader
from apps.chat.generation.pieces import Source, Text
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


def test_commands_that_differ_in_a_letter_are_two_and_the_same_one_is_quoted_once() -> None:
    other = INSTALL.replace("80", "81")
    sources = found(passage(INSTALL), passage(INSTALL), passage(other))
    assert sorted(one.code for one in sources) == [CODE, CODE.replace("80", "81")]


def test_another_answer_does_not_show_the_same_command_again() -> None:
    said = f"Install and start it: [1]\n\n{CODE}"
    assert [one.text for one in found(passage(INSTALL, OPEN), said=(said,))] == [OPEN]


def test_no_gap_is_made_in_code() -> None:
    assert check_below("Check yourself", [INSTALL], "How?", "en") == []
