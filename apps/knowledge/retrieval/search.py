"""A question in, the passages that may answer it out."""

import time
from collections.abc import Iterable
from dataclasses import replace
from math import log
from uuid import UUID

from apps.core.chances import log_odds
from apps.core.codes import codes_missing, codes_of
from apps.core.db import in_database_waiting
from apps.core.language import detect_language

from .across import OTHER, search_across
from .asked_thing import LACKING, lacking
from .candidates import find_candidates, question_prepare, said
from .confidence import confidence, missing_words
from .ranked import ranked_passages
from .rerank import rerank
from .scope import Scope, scope_of
from .sentences import score_sentences
from .standing_out import standing_out
from .tokens import question_tokens
from .types import Language, Retrieval

# From here on passages in the other language that have a code are believed before any that do not.
SURE = 0.8

# Times the odds of an answer that the other language needs beside passages in the question's own, and where the
# place of what it says has a word of the question.
SURER, PLACED = 5.0, 1.5

# Below SETTLED the own language's answer is doubted where it has no place that names the thing and the other one
# has: what is SURE there is taken, at OUTDONE times the odds.
SETTLED, OUTDONE = 0.35, 5.0


def search(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """At most `limit` passages of these collections, best first, their sentences ranked over the whole search.

    They are in the question's language, unless one embedding model reads both, or none is in it and those in the
    other one can be found by words alone. Raises RuntimeUnavailable when the question has to be embedded and no
    runtime answers.
    """
    began = time.perf_counter()
    language = detect_language(question)
    tokens = question_tokens(question)
    scope = _scope(list(collection_ids), language)
    if not scope.passages:
        return Retrieval(question, language, (), 0.0, missing=1.0, unknown=codes_of(question))
    prepared = question_prepare(scope, question, tokens)
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
    if language == "zh" and sentences:
        sure = max(sure, standing_out(candidates, sentences[0]))
    if lacking(question, candidates, sentences):
        sure = min(sure, LACKING)
    passages = ranked_passages(candidates, sentences, limit, reread.chances if reread else {})
    ended = time.perf_counter()
    timings = {
        "embed": (embedded - began) * 1000,
        "passages": (found - embedded) * 1000,
        "sentences": (scored - found) * 1000,
        **({"rerank": (ended - scored) * 1000} if reread else {}),
        "total": (ended - began) * 1000,
    }
    return Retrieval(
        question,
        language,
        passages,
        sure,
        timings,
        missing=missing[1] if prepared.idf else 1.0,
        unknown=codes_missing(scope.unknown(codes_of(question)), said(candidates)),
        across=scope.language == OTHER[language],
    )


def _scope(ids: list[UUID], language: Language) -> Scope:
    """The language's; where it is empty and no meanings can be compared with the other one's, that one's words."""
    scope = scope_of(ids, language)
    if scope.passages or scope.language is None:
        return scope
    other = scope_of(ids, OTHER[language])
    return scope if other.packaged else replace(other, index=None)


def search_wide(*, collection_ids: Iterable[UUID], question: str, threshold: float, limit: int = 5) -> Retrieval:
    """`search`, or what passages in the other language say where they answer instead."""
    ids = list(collection_ids)
    found = search(collection_ids=ids, question=question, limit=limit)
    if settled(found, threshold):
        return found
    return wider(found, search_across(collection_ids=ids, question=question, limit=limit), threshold)


def settled(found: Retrieval, threshold: float) -> bool:
    """Whether nobody need ask what the other language says."""
    return found.confidence >= max(threshold, SETTLED) and not found.unknown


def wider(found: Retrieval, across: Retrieval, threshold: float) -> Retrieval:
    """Which of the two an answer is made from: what is `found` in the question's own language if that is sure
    enough, unless passages in the other one are surer by far, or only they know the thing that a code names and are
    as sure, or `SURE`; else what is sure `across`, in the question's own language where that says the same.
    """
    as_sure = across.confidence >= max(threshold, min(found.confidence, SURE))
    told = bool(found.unknown - across.unknown) and as_sure
    sure = found.confidence >= threshold
    if (
        told
        or _outdone(found, across)
        or (not sure and (across_holds(found, across, threshold) or not found.passages))
    ):
        return _at_home(found, across)
    return found


def _at_home(found: Retrieval, across: Retrieval) -> Retrieval:
    """`across`, or what says the same in the question's own language, as it was `found` if that came first."""
    if not across.same:
        return across
    if _first(found) == _first(replace(across, passages=across.same)):
        return replace(found, confidence=max(found.confidence, across.confidence))
    return replace(across, passages=across.same, across=False, missing=0.0)


def _first(found: Retrieval) -> tuple[UUID, int] | None:
    """The passage and the beginning of the sentence that would be said first, if any."""
    best = min(
        ((one.rank, home.passage_id, one.start) for home in found.passages for one in home.sentences), default=None
    )
    return best and best[1:]


def _outdone(found: Retrieval, across: Retrieval) -> bool:
    """Whether the own language's words only came near the thing that the other one has a place for."""
    surer = log_odds(across.confidence) - log_odds(found.confidence) >= log(OUTDONE)
    return across.placed and found.confidence < SETTLED and across.confidence >= SURE and surer


def across_holds(found: Retrieval, across: Retrieval, threshold: float) -> bool:
    """Whether `across` is believed. It has to be surer where passages in the question's own language, that do not
    answer it, were `found`: more of such questions are about something else, least where its place names the thing.
    """
    odds = (PLACED if across.placed else SURER) if found.passages else 1.0
    return across.confidence >= odds * threshold / (1 + (odds - 1) * threshold)


async def asearch(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """`search` on a thread of the database's, so that the event loop goes on."""
    return await in_database_waiting(search, collection_ids=list(collection_ids), question=question, limit=limit)


async def asearch_across(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """`search_across` in the same way."""
    ids = list(collection_ids)
    return await in_database_waiting(search_across, collection_ids=ids, question=question, limit=limit)


async def asearch_wide(
    *, collection_ids: Iterable[UUID], question: str, threshold: float, limit: int = 5
) -> Retrieval:
    """`search_wide` in the same way."""
    ids = list(collection_ids)
    return await in_database_waiting(
        search_wide, collection_ids=ids, question=question, threshold=threshold, limit=limit
    )
