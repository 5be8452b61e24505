"""Who asks an encyclopedia "who" or "when did" is told a name, or a date, that the question does not have."""

import pytest

from apps.knowledge.models import Document, Passage
from apps.knowledge.retrieval.asked_fact import lacks_fact
from apps.knowledge.retrieval.candidates import Candidate
from apps.knowledge.retrieval.sentences import ScoredSentence


def lacks(question: str, text: str, *, heading: str = "", title: str = "The lantern opera") -> bool:
    document = Document(title=title, language="en")
    passage = Passage(document=document, text=text, heading=heading, language="en")
    ends = text.find(". ") + 1 or len(text)
    spans = [(0, ends), (ends + 1, len(text))][: 1 + (ends < len(text))]
    sentences = [ScoredSentence(0, start, end, 1.0, ()) for start, end in spans]
    return lacks_fact(question, [Candidate(passage, 0.0, 0.0, None, frozenset())], sentences)


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        (
            "who sings the lantern opera?",
            "It is sung by Mira Okonjo.",
            "The Lantern Opera is an album for the show of the same name.",
        ),
        ("Who is the head of the mill?", "Ada Brandt is its head.", "The Mill has one head, who serves in May."),
        ("Who founded the mill?", "It was founded by the Brandts.", "Both mills were founded here."),
        ("When was the mill built?", "It was built in 1874.", "The mill was built of red brick."),
        ("Which year did the 1874 mill burn?", "It burnt down in 1902.", "The 1874 mill burnt to the ground."),
        ("When did they meet?", "They met during the war.", "They met at a concert."),
    ],
)
def test_an_answer_has_a_name_or_a_date_of_its_own(question: str, answers: str, does_not: str) -> None:
    assert lacks(question, does_not)
    assert not lacks(question, answers)
    assert not lacks(question, f"{does_not} {answers}")


@pytest.mark.parametrize(
    ("question", "text", "places"),
    [
        ("Who is liable for the parcel?", "The sender is, until it arrives.", {"heading": "Liability"}),
        ("Who is known for red lanterns?", "He is known for red lanterns.", {"title": "Ugo Ferrant"}),
        ("who is the head of the mill?", "ada brandt is the head of the mill.", {}),
        ("Who do they fight?", "They fight thieves.", {}),
        ("Who pays the customs?", "The receiver pays them.", {}),
        ("When is the lid closed?", "The lid is closed once the water boils.", {}),
        ("What is the mill made of?", "The mill is made of brick.", {}),
    ],
)
def test_in_doubt_nothing_lacks(question: str, text: str, places: dict[str, str]) -> None:
    assert not lacks(question, text, **places)
