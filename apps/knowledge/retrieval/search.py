"""A question in, the passages that may answer it out."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from apps.core.db import in_database_waiting
from apps.core.language import detect_language

from ..models import Passage
from .candidates import Candidate, find_candidates, question_prepare
from .confidence import confidence, missing_words, of_section
from .rerank import rerank
from .scope import scope_of
from .sentences import ScoredSentence, score_sentences
from .tokens import question_tokens
from .types import RankedPassage, RankedSentence, Retrieval


def search(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """At most `limit` passages of these collections, best first, their sentences ranked over the whole search.

    Raises RuntimeUnavailable when the question has to be embedded and no runtime answers.
    """
    began = time.perf_counter()
    language = detect_language(question)
    scope = scope_of(collection_ids, language)
    if not scope.passages:
        return Retrieval(question, language, (), 0.0, missing=1.0)
    prepared = question_prepare(scope, question, question_tokens(question))
    embedded = time.perf_counter()
    candidates = find_candidates(scope, prepared)
    found = time.perf_counter()
    sentences = score_sentences(prepared, candidates, language)
    sure = confidence(prepared, candidates, sentences, language)
    missing = missing_words(prepared, candidates)
    scored = time.perf_counter()
    reread = rerank(question, candidates, sentences, language)
    if reread:
        sentences, sure = reread.sentences, reread.sure(sure, missing)
    sure = max(sure, of_section(candidates, sentences, language))
    passages = _passages(candidates, sentences, reread.chances if reread else {}, limit)
    ended = time.perf_counter()
    timings = {
        "embed": (embedded - began) * 1000,
        "passages": (found - embedded) * 1000,
        "sentences": (scored - found) * 1000,
        **({"rerank": (ended - scored) * 1000} if reread else {}),
        "total": (ended - began) * 1000,
    }
    return Retrieval(question, language, passages, sure, timings, missing=missing[1] if prepared.idf else 1.0)


async def asearch(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """`search` on a thread of the database's, so that the event loop goes on."""
    return await in_database_waiting(search, collection_ids=list(collection_ids), question=question, limit=limit)


def _passages(
    candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence], chances: Mapping[int, float], limit: int
) -> tuple[RankedPassage, ...]:
    """A passage is as good as its best sentence; that ranks better than the passages' own scores do.

    `chances` are what a reranker gave passages, by their place among the candidates.
    """
    best: dict[int, float] = {}
    for sentence in sentences:
        best.setdefault(sentence.passage, sentence.score)
    kept = list(best)[:limit]
    ranked: dict[int, list[RankedSentence]] = {index: [] for index in kept}
    rows = {index: _rows(candidates[index].passage) for index in kept}
    for sentence in sentences:
        if sentence.passage in ranked:
            passage = candidates[sentence.passage].passage
            text = passage.text[sentence.start : sentence.end]
            row = rows[sentence.passage].get(sentence.start)
            rank = sum(map(len, ranked.values())) + 1
            own = RankedSentence(rank, text, sentence.start, sentence.end, sentence.score, sentence.chance, row)
            ranked[sentence.passage].append(own)
    return tuple(_passage(candidates[index], best[index], ranked[index], chances.get(index)) for index in kept)


def _rows(passage: Passage) -> dict[int, int]:
    """By where in its text a sentence begins, of those whose row is known."""
    return {start: row for start, row in zip(passage.spans[::2], passage.rows, strict=False) if row}


def _passage(
    candidate: Candidate, score: float, sentences: list[RankedSentence], chance: float | None
) -> RankedPassage:
    passage, scores = candidate.passage, candidate.scores
    return RankedPassage(
        passage_id=passage.pk,
        document_id=passage.document_id,
        title=passage.document.title,
        heading=passage.heading,
        text=passage.text,
        language="zh" if passage.language == "zh" else "en",
        score=score,
        sentences=tuple(sorted(sentences, key=lambda sentence: sentence.start)),
        scores=replace(scores, rerank=chance) if scores else None,
        page=passage.page,
        rows=passage.row_range,
    )
