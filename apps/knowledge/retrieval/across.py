"""A question against passages in the other language, where those in its own do not answer it.

Both packaged models read both languages, in their way: the Chinese one reads English, the English one Chinese word
by word through the glossary. Each alone is often wrong, and seldom in the same place, so a sentence counts as both
see it. Passages are found by the model that made their vectors; only the best of their sentences go through the
other one, while somebody waits.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from apps.core.codes import codes_missing, codes_of
from apps.core.errors import ApplicationError
from apps.core.language import Language, detect_language

from ..indexing.embedder import embed
from ..indexing.glossary import glossed
from ..indexing.second import second_vectors
from ..ingest.embedding import meaning, place_of, unpack
from .across_features import Features, Seen, across_features, words_shared
from .across_weights import AcrossWeights, load_across
from .asked_thing import LACKING, lacking, telling_first
from .candidates import Candidate, Question, find_candidates, said
from .ranked import ranked_passages
from .rerank import chance_across
from .scope import Scope, scope_of
from .sentences import ScoredSentence
from .tokens import question_tokens
from .twins import twins
from .types import Retrieval

logger = logging.getLogger(__name__)
READ = 24  # passages: the first model's order is less sure than within a language
COMPARED = 24  # sentences that the second model reads
MOST_STRANGE = 2  # names that the best passage lacks: a third says no more
_OF_PLACE = 0.5  # what a place's cosine counts beside the sentence's when these are chosen
OTHER: dict[Language, Language] = {"en": "zh", "zh": "en"}


@dataclass(frozen=True)
class Compared:
    """What a question met in the other language: `places` are (candidate, start, end) of the sentences that both
    models read, `features` what is to be said of them; `rest` are the sentences that were not chosen.
    """

    candidates: list[Candidate]
    places: list[tuple[int, int, int]]
    rest: list[tuple[int, int, int]]
    features: Features

    def scored(self, weights: AcrossWeights) -> list[ScoredSentence]:
        """Best first, each text once; what was not compared counts as a little worse than all that was."""
        scores = weights.score(self.features.rows)
        order = sorted(range(len(self.places)), key=lambda i: (-scores[i], self.places[i]))
        least = float(scores.min()) - 1.0
        found = [(self.places[i], float(scores[i]), tuple(self.features.rows[i].tolist())) for i in order]
        first: dict[str, ScoredSentence] = {}
        for (passage, start, end), score, row in [*found, *((one, least, ()) for one in self.rest)]:
            text = self.candidates[passage].passage.text[start:end]
            first.setdefault(text, ScoredSentence(passage, start, end, score, row))
        return list(first.values())

    def sure(self, weights: AcrossWeights, sentences: Sequence[ScoredSentence]) -> float:
        """The confidence, 0 to 1; `sentences` as `scored` gave them."""
        return weights.confidence(self.evidence(sentences))

    def evidence(self, sentences: Sequence[ScoredSentence]) -> np.ndarray:
        """What the confidence looks at."""
        best, seen = sentences[0], self.features
        other = next((one.score for one in sentences if one.passage != best.passage), best.score)
        nearest = seen.rows[:, :2].max(axis=0)
        strange = min(seen.strange[best.passage], MOST_STRANGE)
        lead = best.score - other
        return np.array([best.score, lead, *nearest, seen.missing, np.log1p(seen.words), strange])


def search_across(*, collection_ids: Iterable[UUID], question: str, limit: int = 5) -> Retrieval:
    """What passages in the language that `question` is not in say to it. Nothing where the index that answers is
    not that of the packaged models, or one of them cannot be asked.
    """
    began = time.perf_counter()
    language = detect_language(question)
    named = codes_of(question)
    nothing = Retrieval(question, language, (), 0.0, missing=1.0, unknown=named, across=True)
    ids = list(collection_ids)
    scope = scope_of(ids, OTHER[language])
    if not question.strip():
        return nothing
    try:
        compared = compare(scope, question, language)
        if compared is None:
            return nothing
        weights = load_across()
        scored = compared.scored(weights)
        sentences = telling_first(question, compared.candidates, scored)
        best = sentences[0]
        texts = _texts(compared.candidates, (best.passage, best.start, best.end))
        same = twins(scope_of(ids, language), texts, language)
    except ApplicationError as error:
        logger.warning("Not searched across languages: %s", error)
        return nothing
    sure = compared.sure(weights, scored)
    chance = chance_across(question, compared.candidates, sentences)
    if chance is not None:
        sure = weights.sure(sure, chance, language)
    if lacking(question, compared.candidates, scored):
        sure = min(sure, LACKING)
    home = compared.candidates[best.passage].passage
    return Retrieval(
        question,
        language,
        ranked_passages(compared.candidates, sentences, limit, {}),
        sure,
        {"across": (time.perf_counter() - began) * 1000},
        missing=compared.features.missing,
        unknown=codes_missing(named, said(compared.candidates)),
        across=True,
        placed=not same.placed and bool(words_shared(question, f"{home.document.title}\n{home.heading}")),
        same=same.passages,
    )


def compare(scope: Scope, question: str, language: Language) -> Compared | None:
    """The question, in `language`, beside the best of the scope's sentences in the other; None where nothing is
    found or other models than the packaged ones made the vectors. Raises what `embed` raises.
    """
    index, other = scope.packaged, OTHER[language]
    if index is None or not scope.passages:
        return None
    first, second = (
        np.array(embed(index, [question], purpose="query", language=model, written_in=language)[0])
        for model in (other, language)
    )
    tokens = question_tokens(question if other == "zh" else glossed(question) or question)
    candidates = find_candidates(scope, Question(question, scope.idf(tokens), first.astype(np.float32)), READ)
    spans, near = _nearest(candidates, first)
    if not spans:
        return None
    order = np.argsort(-(near[:, 0] + _OF_PLACE * near[:, 1]), kind="stable")
    chosen, rest = order[:COMPARED].tolist(), order[COMPARED:].tolist()
    places = [spans[i] for i in chosen]
    texts = [_texts(candidates, one) for one in places]
    every = [text for pair in texts for text in pair]
    vectors = second_vectors(index, every, model=language, written_in=other)
    by_second = np.array([[vectors[text] @ second for text in pair] for pair in texts])
    views = (by_second, near[chosen]) if other == "zh" else (near[chosen], by_second)
    seen = [Seen(candidates[passage].passage, start, end) for passage, start, end in places]
    features = across_features(question, [one.passage for one in candidates], seen, *views)
    return Compared(candidates, places, [spans[i] for i in rest], features)


def _nearest(
    candidates: Sequence[Candidate], question: np.ndarray
) -> tuple[list[tuple[int, int, int]], np.ndarray]:
    """Every sentence that has a vector, with its cosine and that of its place (its passage's where it has none)."""
    spans: list[tuple[int, int, int]] = []
    near: list[tuple[float, float]] = []
    for number, candidate in enumerate(candidates):
        passage = candidate.passage
        if passage.sentence_vectors is None or candidate.cosine is None:
            continue
        found: list[float] = (unpack(passage.sentence_vectors, len(question)) @ question).tolist()
        own = list(zip(passage.spans[::2], passage.spans[1::2], strict=True))
        place = (found[len(own) :] or [candidate.cosine])[0]
        spans += [(number, start, end) for start, end in own]
        near += [(cosine, place) for cosine in found[: len(own)]]
    return spans, np.array(near).reshape(-1, 2)


def _texts(candidates: Sequence[Candidate], place: tuple[int, int, int]) -> tuple[str, str]:
    """A sentence and where it stands, as the import's model read them."""
    passage, start, end = candidates[place[0]].passage, place[1], place[2]
    sentence = meaning(passage.text[start:end])
    return sentence, place_of(passage.document.title, passage.heading) or sentence
