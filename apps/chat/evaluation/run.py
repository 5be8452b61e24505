"""Asking each question through the same pipeline that answers customers, without writing a conversation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.core.errors import ApplicationError
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval
from apps.moderation.services import OwnRules
from apps.registry.selectors import Target

from ..generation.answer import answer_stream
from ..generation.asking.followup import context_of
from ..generation.asking.several import hanging
from ..generation.brief import Brief
from ..generation.phrases import phrases_for
from ..generation.pieces import Closing, Reading, Source, Text, source_data
from .cases import Case, holds_one
from .report import Result

CONCURRENCY = 2


@dataclass(frozen=True)
class Setting:
    """How an assistant is, or would be, set up. `documents` maps document ids to names inside their collection;
    `passages` are the ids of those expected ones that stand in their documents still.

    `index` is the embedding index that answered when the run was made, for the record alone.
    `follow` lets a question take along what the questions before it said.
    """

    collection_ids: tuple[UUID, ...]
    documents: Mapping[UUID, str]
    target: Target
    threshold: float
    verbatim: bool = True
    min_sentences: int = 2
    max_sentences: int = 2
    name: str = "Parley"
    instructions: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)
    blocked_words: Sequence[str] = ()
    strict: bool = False
    follow: bool = True
    index: Mapping[str, str] = field(default_factory=dict)
    passages: frozenset[str] = frozenset()


async def evaluate(setting: Setting, cases: Sequence[Case]) -> AsyncGenerator[tuple[int, Result], None]:
    """Yields (place in `cases`, result) as the answers come, a few at a time; closing it stops those under way."""
    turn = asyncio.Semaphore(CONCURRENCY)

    async def one(place: int, case: Case) -> tuple[int, Result]:
        async with turn:
            return place, await _ask(setting, case)

    tasks = [asyncio.create_task(one(place, case)) for place, case in enumerate(cases)]
    try:
        for answered in asyncio.as_completed(tasks):
            yield await answered
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(setting: Setting, case: Case) -> Result:
    result = Result(case)
    try:
        await _answer(brief_of(setting, case), setting, result)
    except ApplicationError as error:
        result.error = error.code  # one answer that fails does not cost all others
    result.correct = holds_one(result.text, case.answers)
    return result


def brief_of(setting: Setting, case: Case) -> Brief:
    language = detect_language(case.question)
    context = context_of(hanging(case.question, language), case.before, language) if setting.follow else ""
    return Brief(
        question=case.question,
        language=language,
        name=setting.name,
        collection_ids=setting.collection_ids,
        verbatim=setting.verbatim,
        threshold=setting.threshold,
        min_sentences=setting.min_sentences,
        max_sentences=setting.max_sentences,
        phrases=phrases_for(language, name=setting.name, overrides=setting.texts),
        target=setting.target,
        own=OwnRules(tuple(setting.blocked_words), setting.strict),
        instructions=setting.instructions.get(language, ""),
        context=context,
        before=case.before[-1] if context else "",
        caller="evaluation",
    )


async def _answer(brief: Brief, setting: Setting, result: Result) -> None:
    """Fills `result` as the answer comes."""
    async with aclosing(answer_stream(brief)) as pieces:
        async for piece in pieces:
            match piece:
                case Reading():
                    result.found_at = _found_at(piece.retrieval, result.case, setting)
                    result.retrieval_confidence = piece.retrieval.confidence
                case Source():
                    result.sources.append(source_data(piece))
                case Text():
                    result.text += piece.text
                case Closing():
                    result.outcome, result.confidence = piece.outcome, piece.confidence
                    result.timings_ms = piece.timings_ms


def _found_at(retrieval: Retrieval, case: Case, setting: Setting) -> int | None:
    """By the passage while it stands, then by the document where it is noted, else by the answer's words."""
    for rank, passage in enumerate(retrieval.passages, 1):
        if case.passage in setting.passages:
            found = str(passage.passage_id) == case.passage
        elif case.document:
            name = setting.documents.get(passage.document_id, "")
            found = name == case.document or name.endswith(f"/{case.document}")
        else:
            found = holds_one(passage.text, case.answers)
        if found:
            return rank
    return None
