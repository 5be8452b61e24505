"""From scored sentences to what a search returns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..models import Passage
from .candidates import Candidate
from .procedures import ranked_steps, with_rest
from .sections import with_sections
from .sentences import ScoredSentence
from .types import RankedPassage, RankedSentence


def ranked_passages(
    candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence], limit: int, chances: Mapping[int, float]
) -> tuple[RankedPassage, ...]:
    """A passage is as good as its best sentence; that ranks better than the passages' own scores do.

    `chances` are what a reranker gave passages, by their place among the candidates.
    """
    best: dict[int, float] = {}
    for sentence in sentences:
        best.setdefault(sentence.passage, sentence.score)
    kept = list(best)[:limit]
    ranked: dict[int, list[RankedSentence]] = {index: [] for index in kept}
    places = {index: _places(candidates[index].passage) for index in kept}
    for sentence in sentences:
        if sentence.passage in ranked:
            passage = candidates[sentence.passage].passage
            text = passage.text[sentence.start : sentence.end]
            rank = sum(map(len, ranked.values())) + 1
            at = places[sentence.passage].get(sentence.start)
            row, page = (None, at) if passage.page else (at, None)
            own = RankedSentence(
                rank, text, sentence.start, sentence.end, sentence.score, sentence.chance, row, page
            )
            ranked[sentence.passage].append(own)
    found = [_passage(candidates[index], best[index], ranked[index], chances.get(index)) for index in kept]
    whole = with_rest(found, [candidates[index].passage for index in kept], ranked_passage)
    return with_sections(whole)


def _places(passage: Passage) -> dict[int, int]:
    """By where in its text a sentence begins, of those whose row or page is known."""
    return {start: row for start, row in zip(passage.spans[::2], passage.rows, strict=False) if row}


def _passage(
    candidate: Candidate, score: float, sentences: list[RankedSentence], chance: float | None
) -> RankedPassage:
    return replace(
        ranked_passage(candidate.passage, score),
        sentences=tuple(sorted(sentences, key=lambda sentence: sentence.start)),
        scores=replace(candidate.scores, rerank=chance) if candidate.scores else None,
    )


def ranked_passage(passage: Passage, score: float) -> RankedPassage:
    """The passage, with its document, as a search shows it, without its sentences."""
    return RankedPassage(
        passage_id=passage.pk,
        document_id=passage.document_id,
        title=passage.document.title,
        heading=passage.heading,
        text=passage.text,
        language="zh" if passage.language == "zh" else "en",
        score=score,
        pages=passage.page_range,
        rows=passage.row_range,
        slides=passage.document.slides,
        steps=ranked_steps(passage),
    )
