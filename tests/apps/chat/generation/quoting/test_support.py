"""Whether an answer is called well supported follows from more than words that the documents share with it."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from apps.chat.generation.brief import Brief
from apps.chat.generation.plan import plan_for
from apps.chat.generation.quoting.support import support
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import ONE, THREE, TWO, passage


def planned(confidence: float, *below: float, question: str = "How long?") -> float:
    """The confidence of an answer whose further sentences lie so far below its best one."""
    target: Any = None
    brief = Brief(question, "en", "Service", (), True, 0.2, 2, 2, {"no": "Nothing."}, target)
    whole = passage(ONE, TWO, THREE)
    first, *others = whole.sentences
    others = [replace(other, score=first.score - gap) for other, gap in zip(others, below, strict=True)]
    found = Retrieval(brief.question, "en", (replace(whole, sentences=(first, *others)),), confidence)
    return plan_for(brief, found).confidence


def test_an_answer_that_stands_out_is_likelier_right_than_one_of_many_alike() -> None:
    assert planned(0.9, 6.0, 7.0) > planned(0.9, 0.2, 0.3)
    assert planned(0.9, 0.2, 6.0) > planned(0.9, 0.2, 0.3), "both of the best two are said"
    assert planned(0.95, 6.0, 7.0) > planned(0.3, 6.0, 7.0)


def test_what_stands_below_the_question_itself_is_likely_right_whatever_else_is_as_near() -> None:
    heading = passage(ONE).heading.rpartition(" › ")[2]
    assert planned(0.9, 0.2, 0.3, question=f"{heading}?") == 0.9 > planned(0.9, 0.2, 0.3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sure_search_alone_makes_no_answer_well_supported(language: Any) -> None:
    page = (settings.BASE_DIR / "static/js/chat/answer/answer_parts.js").read_text()
    well = float(page.split("const WELL = ")[1].split(";")[0])
    assert support(0.99, 0.1, language) < well < support(0.95, 8.0, language)


@pytest.mark.parametrize(
    ("language", "confidence", "lead", "reckoned"),
    [("en", 0.9, 0.0, 0.4519), ("en", 0.9, 8.0, 0.9468), ("zh", 0.9, 1.0, 0.3424), ("zh", 1.0, 20.0, 0.9855)],
)
def test_the_weights_are_those_that_were_fitted(
    language: Any, confidence: float, lead: float, reckoned: float
) -> None:
    assert round(support(confidence, lead, language), 4) == reckoned
