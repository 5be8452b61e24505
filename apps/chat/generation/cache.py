"""Answers that were given before: found again while nothing they depend on has changed, and checked before use."""

import hashlib
import json
from dataclasses import dataclass
from operator import mul
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from apps.core.db import in_database_waiting
from apps.core.errors import ApplicationError
from apps.inference.services import embed_sync, reranker_targets
from apps.knowledge.models import Collection, Passage
from apps.knowledge.retrieval.types import Retrieval
from apps.knowledge.services import ranked_passage
from apps.moderation.services import Policy

from ..evaluation.cases import loosely
from ..models import CachedAnswer
from .asking.sameness import NEAR, normal_form, telling_words
from .brief import Brief
from .fold import Folded
from .phrases import DECLINING

FORM = 14  # raise it when answers come out differently for a reason that stands in no row
MOST = 2000  # answers of one assistant in one language
_ALIKE = 5


@dataclass(frozen=True)
class Recalled:
    """An answer to give again: `how` is "exact" or "near"; `retrieval` holds the passages as they are now."""

    how: str
    text: str
    sources: list[dict[str, Any]]
    retrieval: Retrieval
    confidence: float


class AnswerCache:
    """One question's way to the answers of `assistant_id`. `how` tells afterwards what came of it.

    "exact" or "near" where an answer was found, "miss" where none was, "" where none may be looked for.
    """

    def __init__(self, assistant_id: UUID, *, counts: bool = True) -> None:
        """Without `counts` what is found is not noted as used: nobody asked."""
        self.assistant_id = assistant_id
        self._counts = counts
        self._brief: Brief | None = None
        self._fingerprint = ""
        self.how = ""

    async def recall(self, brief: Brief, policy: Policy) -> Recalled | None:
        """Where the answer depends on more than the documents, nothing is looked for."""
        if brief.history or brief.context or brief.emergency:
            return None
        self._brief = brief
        found = await in_database_waiting(self._find, brief, policy)
        self.how = found.how if found else "miss"
        return found

    async def keep(
        self, answer: Folded, retrieval: Retrieval, confidence: float, generation_id: UUID | None
    ) -> None:
        """Stores the answer to a question that was looked for and not found."""
        if self.how == "miss" and self._brief is not None:
            await in_database_waiting(self._keep, self._brief, answer, retrieval, confidence, generation_id)

    def _find(self, brief: Brief, policy: Policy) -> Recalled | None:
        self._fingerprint = fingerprint(brief, policy)
        question = normal_form(brief.question, brief.language)
        rows = CachedAnswer.objects.filter(assistant_id=self.assistant_id, fingerprint=self._fingerprint)
        row, how = rows.filter(question=question).first(), "exact"
        if row is None:
            row, how = (self._near(rows, question) if brief.language == "en" else None), "near"
        if row is None:
            return None
        retrieval = _living(row, brief)
        if retrieval is None:
            row.delete()
            return None
        if self._counts:
            CachedAnswer.objects.filter(pk=row.pk).update(hits=F("hits") + 1, used_at=timezone.now())
        return Recalled(how, row.text, row.sources, retrieval, row.confidence)

    def _near(self, rows: QuerySet[CachedAnswer], question: str) -> CachedAnswer | None:
        """Among the few that say the same words, the one that means the same."""
        words = telling_words(question)
        alike = list(rows.filter(words=words).order_by("-used_at")[:_ALIKE]) if words else []
        if not alike:
            return None
        try:
            asked, *known = embed_sync(texts=[question, *(row.question for row in alike)], purpose="query")
        except ApplicationError:
            return None  # the search will say it
        cosines = [sum(map(mul, asked, vector)) for vector in known]  # their length is 1
        best = max(range(len(alike)), key=cosines.__getitem__)
        return alike[best] if cosines[best] >= NEAR else None

    def _keep(
        self, brief: Brief, answer: Folded, retrieval: Retrieval, confidence: float, generation_id: UUID | None
    ) -> None:
        question = normal_form(brief.question, brief.language)
        own = CachedAnswer.objects.filter(assistant_id=self.assistant_id, language=brief.language)
        own.exclude(fingerprint=self._fingerprint).delete()
        surplus = own.order_by("-used_at").values_list("pk", flat=True)[MOST - 1 :]
        own.filter(pk__in=list(surplus)).delete()
        row = CachedAnswer(
            assistant_id=self.assistant_id,
            generation_id=generation_id,
            language=brief.language,
            fingerprint=self._fingerprint,
            question=question,
            words=telling_words(question) if brief.language == "en" else "",
            text=answer.text,
            sources=answer.sources,
            passages=[{"passage": str(p.passage_id), "score": p.score} for p in retrieval.passages],
            confidence=confidence,
        )
        CachedAnswer.objects.bulk_create([row], ignore_conflicts=True)  # somebody asked the same at the same time


def fingerprint(brief: Brief, policy: Policy) -> str:
    """Of all that the answer depends on, but for the question and who asks."""
    depends: dict[str, Any] = {
        name: value
        for name, value in vars(brief).items()
        if name
        not in {
            "question",
            "history",
            "context",
            "begun",
            "cited",
            "caller",
            "request_id",
            "target",
            "wish",
            "welcome",
            "examples",
            "people",
            "reachable",
            "said",
        }
    }
    collections = Collection.objects.filter(pk__in=brief.collection_ids).order_by("pk")
    classifiers = {stage: [one.name for one in found] for stage, found in policy.classifiers.items()}
    depends |= {
        "form": FORM,
        # How it declines depends on whom the asker can reach, and no answer that is kept declines.
        "phrases": {word: text for word, text in brief.phrases.items() if word != DECLINING},
        "collections": list(collections.values_list("pk", "version")),
        "reranker": [target.served_id for target in reranker_targets()],
        "policy": [policy.number, policy.words],
        "classifiers": classifiers,
        "model": [brief.target.version.pk, brief.target.quantization],
    }
    return hashlib.sha256(json.dumps(depends, sort_keys=True, default=str).encode()).hexdigest()


def _living(row: CachedAnswer, brief: Brief) -> Retrieval | None:
    """The passages as they are now; None when one that is cited is gone or no longer says what was quoted."""
    scores = {UUID(found["passage"]): found["score"] for found in row.passages}
    cited = [(UUID(source["passage"]), source["excerpt"]) for source in row.sources]
    wanted = Passage.objects.filter(
        pk__in=[*scores, *(pk for pk, _excerpt in cited)], collection_id__in=brief.collection_ids
    )
    there = {passage.pk: passage for passage in wanted.select_related("document").defer("lexemes")}
    for pk, excerpt in cited:
        if pk not in there or loosely(excerpt) not in loosely(there[pk].text):
            return None
    # A long procedure is quoted of passages that the search did not rank.
    ranked = scores | {pk: 0.0 for pk, _excerpt in cited if pk not in scores}
    passages = tuple(ranked_passage(there[pk], score) for pk, score in ranked.items() if pk in there)
    return Retrieval(brief.question, brief.language, passages, row.confidence)
