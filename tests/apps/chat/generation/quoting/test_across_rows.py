"""Who asks which rows have something in a column is told of all that have, and of no other."""

from dataclasses import replace

import pytest

from apps.chat.generation.quoting.across_rows import across_rows
from apps.chat.generation.quoting.candidates import candidates
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import passage
from .test_rows import said

ROTA = (
    "Teacher: Ms Adler; Instrument: piano; Friday: 14:00; Saturday: –",
    "Teacher: Mr Brandt; Instrument: guitar; Friday: –; Saturday: 9:00",
    "Teacher: Mr Duarte; Instrument: drums; Friday: no; Saturday: 10:00",
)
DESKS = ("馆员: 陈静; 岗位: 咨询台; 周五: 9:00; 周六: –", "馆员: 吴敏; 岗位: 儿童区; 周五: 无; 周六: 9:00")


def told(question: str, *lines: str) -> str:
    language = detect_language(question)
    home = passage(*lines)
    text = "\n".join(lines)
    sentences = tuple(replace(one, start=text.find(one.text)) for one in home.sentences)
    home = replace(home, text=text, heading="Rota", language=language, sentences=sentences)
    found = Retrieval(question, language, (home,), 0.9)
    one = across_rows(question, found, candidates(found, asked=question))
    return "\n".join(part.said for part in one.procedure.parts) if one and one.procedure else ""


@pytest.mark.parametrize(
    ("question", "lines", "words"),
    [
        ("Who teaches on Saturday?", ROTA,
         "Rota:\n- **Teacher: Mr Brandt** – Saturday: 9:00.\n- **Teacher: Mr Duarte** – Saturday: 10:00."),
        ("Who is there on Sat?", ROTA,
         "Rota:\n- **Teacher: Mr Brandt** – Saturday: 9:00.\n- **Teacher: Mr Duarte** – Saturday: 10:00."),
        ("Who is in on Friday?", ROTA, "Rota: **Teacher: Ms Adler** – Friday: 14:00."),
        ("Who teaches guitar on Saturday?", ROTA,
         "Rota: **Teacher: Mr Brandt** – Instrument: guitar; Saturday: 9:00."),
        ("星期六谁值班？", DESKS, "Rota：**馆员：吴敏**，岗位：儿童区；周六：9:00。"),
    ],
)  # fmt: skip
def test_the_rows_with_something_in_the_column_are_told(question: str, lines: tuple[str, ...], words: str) -> None:
    assert told(question, *lines) == words


@pytest.mark.parametrize(
    "question", ["When is Ms Adler in on Friday?", "Who teaches drums?", "Who is in on Sunday?"]
)
def test_other_questions_are_not_asked_across_a_column(question: str) -> None:
    assert told(question, *ROTA) == ""


def test_an_empty_cell_is_no_answer_where_the_row_has_others() -> None:
    words = said(ROTA[0], *ROTA[1:], question="Is Ms Adler there on Saturday?", heading="")
    assert words == "**Teacher: Ms Adler** – Instrument: piano; Friday: 14:00."
