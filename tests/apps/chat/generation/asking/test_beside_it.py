"""Who asks the same of another thing is answered from the passage that answered the question before."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.asking.followup import asks_of_another, beside_it, context_of, speaks_of
from apps.chat.generation.finding.searching import searched
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import FakeSearch, passage
from .test_greetings import brief


def hours(main: str, branches: str) -> Any:
    whole = passage(main, branches, title="Hours")
    first, other = whole.sentences
    return replace(whole, heading="", sentences=(replace(first, score=2.0), replace(other, score=1.5, rank=3)))


MAIN, BRANCHES = "Main building: Saturday 10:00 to 17:00.", "Branches: Saturday 10:00 to 14:00."
SLOT = "The return slot is open day and night, branches have none."
ASKED = "When does the main building close on Saturday?"


def test_the_next_line_answers_for_the_other_thing() -> None:
    before = Retrieval(ASKED, "en", (hours(MAIN, BRANCHES),), 0.9)
    beside = beside_it("And the branches?", "en", before)
    assert [one.text for one in beside.passages[0].sentences] == [BRANCHES]
    assert 0.5 < beside.confidence < 0.9, "less sure than of what was asked before"


def test_nothing_is_beside_it_where_the_passage_does_not_name_the_other_thing() -> None:
    before = Retrieval(ASKED, "en", (hours(MAIN, BRANCHES),), 0.9)
    assert beside_it("And the café?", "en", before).confidence == 0
    assert beside_it("And the café?", "en", replace(before, passages=())).confidence == 0


@pytest.mark.parametrize(
    ("question", "asks"),
    [("And the branches?", True), ("分馆呢？", True), ("How long does it take?", False), ("and when?", False)],
)
def test_only_a_question_that_names_another_thing_asks_the_same_of_it(question: str, asks: bool) -> None:
    assert asks_of_another(question, detect_language(question)) is asks


@pytest.mark.asyncio
async def test_it_goes_before_what_only_has_the_other_things_name(search: FakeSearch) -> None:
    search.of = {
        "And the branches?": (replace(passage(SLOT), heading="Returns"),),
        ASKED: (hours(MAIN, BRANCHES),),
    }
    context = context_of("And the branches?", [ASKED], "en")
    found = await searched(brief("And the branches?", context=context, before=ASKED))
    assert [one.text for one in found.found.passages[0].sentences] == [BRANCHES]
    search.of["And the branches?"] = (passage("Branches and main building close together on Saturday."),)
    found = await searched(brief("And the branches?", context=context, before=ASKED))
    assert found.found.passages[0].text.startswith("Branches and main"), "it speaks of what was asked before"
    assert speaks_of(context, "en", found.found)
