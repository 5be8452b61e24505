"""Whether a passage of an encyclopedia can answer an English "who" or "when did": whatever words it shares with the
question, it has to have a name, or a date, that the question does not have.

Only of passages under no heading: on help pages "who pays?" is answered by "the customer". Why no other question is
looked at so stands in docs/subsystems/fitting.md.
"""

import re
from collections.abc import Sequence

from apps.core.fences import on_one_line

from .candidates import Candidate
from .sentences import ScoredSentence

SAID = 2  # sentences of an answer

_ASKS_WHO = re.compile(
    r"\bwho(?:[’']s)? (?!(?:do|does|did|are|were|can|may|could|should|must|have|uses?|needs?|pays?)\b)\w", re.I
)
_ASKS_WHEN = re.compile(
    r"\bwhen (?:did|was|were)\b|\b(?:what|which) (?:year|date|day|month|century)\b(?! of the week)", re.I
)
_DAYS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_BEGINS = r"(?:^|(?<=[.!?:;\"“(] )|(?<=[\"“(]))"  # a sentence, or a title
# A word with a capital inside a sentence, or one at its beginning that another one follows.
_NAME = re.compile(
    rf"(?<!^)(?<![.!?:;\"“(] )(?<![\"“(])\b(?!(?:{_DAYS})s?\b)[A-Z][\w’'-]+"
    rf"|{_BEGINS}(?!(?:The|An?|In|At|On|By|After|Before|During|When|While|For|From)\b)[A-Z][\w’'.-]*"
    r"(?= (?:(?:of|the|de|van|von) )?[A-Z])",
    re.M,
)
_TIME = re.compile(
    rf"\d+|\b(?:{_DAYS}|centur\w+|decades?|years?|months?|weeks?|days?|winter|summer|spring|autumn|christmas|easter"
    r"|period|era|dynasty|war|reign)\b",
    re.I,
)


def lacks_fact(question: str, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence]) -> bool:
    """Whether the two best of `sentences` (best first), if they are of one passage, and its title lack it."""
    found = next((told for asks, told in ((_ASKS_WHO, _NAME), (_ASKS_WHEN, _TIME)) if asks.search(question)), None)
    if found is None or not sentences:
        return False
    passage = candidates[sentences[0].passage].passage
    if passage.heading or passage.language != "en" or passage.text == passage.text.lower():
        return False
    said = [
        on_one_line(passage.text[one.start : one.end])
        for one in sentences[:SAID]
        if one.passage == sentences[0].passage
    ]
    asked = question.lower()
    text = "\n".join((*said, passage.document.title) if found is _NAME else said)
    return not any(_is_new(match.group(), asked) for match in found.finditer(text))


def _is_new(said: str, asked: str) -> bool:
    word = said.lower().strip(".’'-").removesuffix("'s").removesuffix("’s")
    return re.search(rf"(?<!\d){re.escape(word)}(?!\d)" if word.isdigit() else re.escape(word), asked) is None
