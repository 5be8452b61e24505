"""The best sentences once more, by a model that reads each together with the question, where there is one."""

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from apps.core.errors import ApplicationError
from apps.inference import services as inference
from apps.registry.selectors import Target

from .candidates import Candidate
from .sentences import ScoredSentence
from .types import Language

logger = logging.getLogger(__name__)

READ = 10  # sentences; each costs time, and hardly an answer lies further down
CHARACTERS = 400  # of each; a list or a row of a table may be much longer than a sentence
WEIGHT = 1.0  # of the model's log-odds beside the features' score, where the model says nothing else
SECONDS = 2.0  # somebody waits, and the order by features is nearly as good


def rerank(
    question: str, candidates: Sequence[Candidate], sentences: list[ScoredSentence], language: Language
) -> list[ScoredSentence] | None:
    """The sentences in a better order, or None where no reranker is there for the language, or it fails.

    `sentences` best first. The model adds to a sentence's score; those that it has not read count as no better than
    the worst that it has.
    """
    target = inference.reranker_target()
    if target is None or not sentences:
        return None
    languages, weight = _wishes(target)
    if languages and language not in languages:
        return None
    texts = [candidates[one.passage].passage.text[one.start : one.end][:CHARACTERS] for one in sentences[:READ]]
    try:
        chances = inference.rerank_sync(target=target, query=question, documents=texts, seconds=SECONDS)
    except ApplicationError as error:
        logger.warning("Not reranked by %s: %s", target.served_id, error)
        return None
    odds = [_log_odds(chance) for chance in chances]
    odds += [min(odds)] * (len(sentences) - len(odds))
    scored = [replace(one, score=one.score + weight * own) for one, own in zip(sentences, odds, strict=True)]
    return sorted(scored, key=lambda one: -one.score)


def _wishes(target: Target) -> tuple[list[str], float]:
    """What the model's config says of its use: the languages that it reads (none: all), its log-odds' weight."""
    wishes: Any = target.version.config.get("task_specific_params") or {}
    wishes = wishes.get("rerank") if isinstance(wishes, dict) else {}
    wishes = wishes if isinstance(wishes, dict) else {}
    languages, weight = wishes.get("languages"), wishes.get("weight")
    return (
        languages if isinstance(languages, list) else [],
        float(weight) if isinstance(weight, int | float) else WEIGHT,
    )


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-7), 1 - 1e-7)
    return math.log(chance / (1 - chance))
