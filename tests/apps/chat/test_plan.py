"""What the model may say: the surer the search, the less is left to a small model's own judgement."""

from typing import Any

import pytest

from apps.chat.generation.brief import Brief
from apps.chat.generation.plan import plan_for
from apps.knowledge.retrieval.types import Retrieval

from .fakes import ONE, TWO, passage

PHRASES = {"no": "I found nothing.", "hello": "Hello."}


def offered(confidence: float, context: str = "") -> set[str]:
    """The phrases that the grammar lets through beside the sentences."""
    target: Any = None
    brief = Brief("How long?", "en", "Service", (), True, 0.2, 2, 2, PHRASES, target, context=context)
    grammar = plan_for(brief, Retrieval("How long?", "en", (passage(ONE, TWO),), confidence)).grammar or ""
    return {word for word in PHRASES if f"[{word}]" in grammar}


@pytest.mark.parametrize(
    ("confidence", "phrases"), [(0.1, {"no", "hello"}), (0.4, {"no", "hello"}), (0.6, {"hello"}), (0.9, set())]
)
def test_a_sure_search_is_not_overruled(confidence: float, phrases: set[str]) -> None:
    assert offered(confidence) == phrases


def test_thanks_after_an_answer_are_still_small_talk_though_the_search_knows_the_topic() -> None:
    assert offered(0.9, context="returns") == {"hello"}
