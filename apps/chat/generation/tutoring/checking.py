"""What a tutor asks below an answer, and what it says to the reply: see `cloze` and `judging`.

A reply that means the same in other words is not known to be right; what is said of it must not claim more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.fences import holds_code
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage

from ...evaluation.cases import loosely
from ...models import Message
from ..cited import passages_cited
from ..phrases import aside
from .cloze import gap_asked, gap_for
from .judging import Judgement, judged


@dataclass(frozen=True)
class Filled:
    """A reply to a gap: what it is, and the `source` that the gap was in, as it was told, with its passage now."""

    judgement: Judgement
    source: dict[str, Any]
    passage: RankedPassage
    language: Language

    @property
    def text(self) -> str:
        return f"{aside(self.judgement, self.language)}\n\n{self.source['excerpt']} [1]"


def check_below(intro: str, quoted: Sequence[str], question: str, language: Language) -> list[str]:
    """What asks for a term of what was quoted; nothing where no sentence has one. Code and procedures have none."""
    sentences = [one for one in quoted if not holds_code(one) and "\n" not in one]
    gap = gap_for(sentences, question, language)
    return [f"\n\n**{intro}**", f"\n\n> {gap.shown}"] if gap else []


def filled_by(reply: Message, collection_ids: Sequence[UUID]) -> Filled | None:
    """What `reply` is to the gap below the answer before it; None where there is none, it says something else, or
    the passage does not say any more what was quoted.
    """
    answer = reply.parent
    excerpts = {source["excerpt"]: source for source in answer.sources} if answer else {}
    gap = gap_asked(answer.text, excerpts) if answer else None
    if answer is None or gap is None:
        return None
    language: Language = "zh" if answer.language == "zh" else "en"
    judgement = judged(reply.text, gap, language)
    source = excerpts[gap.sentence]
    (passage,) = passages_cited([source], collection_ids)
    if judgement is None or loosely(gap.sentence) not in loosely(passage.text):
        return None
    return Filled(judgement, source, passage, language)
