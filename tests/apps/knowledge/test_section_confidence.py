"""A Chinese section that stands out by its score is believed, however few of the question's words it holds."""

import uuid

import pytest

from apps.knowledge.models import Passage
from apps.knowledge.retrieval.candidates import Candidate
from apps.knowledge.retrieval.confidence import of_section
from apps.knowledge.retrieval.sentences import ScoredSentence
from apps.knowledge.retrieval.types import Language

PAGE = uuid.UUID(int=1)


def sure(scores: list[tuple[str, float]], language: Language = "zh") -> float:
    """Of sentences below these headings of one page."""
    headings = list(dict.fromkeys(heading for heading, _score in scores))
    candidates = [
        Candidate(Passage(document_id=PAGE, heading=heading), 0.0, 0.0, None, frozenset()) for heading in headings
    ]
    sentences = [ScoredSentence(headings.index(heading), 0, 1, score, ()) for heading, score in scores]
    return of_section(candidates, sentences, language)


@pytest.mark.parametrize(
    ("scores", "language", "least"),
    [
        ([("退款多久到账？", 11.0), ("退款多久到账？", 10.0), ("可以退货吗？", 5.0)], "zh", 0.5),
        ([("退款多久到账？", 11.0)], "zh", 0.5),
        ([("退款多久到账？", 11.0), ("可以退货吗？", 7.5)], "zh", 0.0),
        ([("退款多久到账？", 7.0), ("可以退货吗？", 1.0)], "zh", 0.0),
        ([("", 11.0), ("可以退货吗？", 5.0)], "zh", 0.0),
        ([("When is it refunded?", 11.0), ("Returns", 5.0)], "en", 0.0),
        ([], "zh", 0.0),
    ],
    ids=["stands out", "alone", "another section is near", "low", "no heading", "English", "nothing"],
)
def test_only_a_section_with_a_high_score_far_above_the_next_one_is_believed(
    scores: list[tuple[str, float]], language: Language, least: float
) -> None:
    assert sure(scores, language) == least
