"""Candidates as retrieval gives them: BM25 over passages, then over the sentences of the best ones."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from model_runtime.training.examples.prompt import Language
from model_runtime.training.examples.text import terms_of

K1, B = 1.2, 0.75


class Bm25:
    """BM25 over a fixed list of texts."""

    def __init__(self, texts: Sequence[str], language: Language) -> None:
        self.language = language
        counts = [Counter(terms_of(text, language)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = K1 * (1 - B + B * length / mean)
            for term, frequency in count.items():
                self._postings[term].append((index, frequency * (K1 + 1) / (frequency + norm)))
        total = len(texts)
        self._idf = {
            term: math.log(1 + (total - len(hits) + 0.5) / (len(hits) + 0.5))
            for term, hits in self._postings.items()
        }

    def scores(self, question: str, among: set[int] | None = None) -> dict[int, float]:
        """Score of every text that shares a term with the question, or of those in `among`."""
        found: dict[int, float] = defaultdict(float)
        for term in set(terms_of(question, self.language)):
            idf = self._idf.get(term, 0.0)
            for index, weight in self._postings.get(term, ()):
                if among is None or index in among:
                    found[index] += idf * weight
        return found


class KnowledgeBase:
    """Passages with their sentences, searched as the application searches."""

    def __init__(self, passages: Sequence[Sequence[str]], language: Language) -> None:
        self.passages = passages
        joiner = " " if language == "en" else ""
        self._passages = Bm25([joiner.join(passage) for passage in passages], language)
        self._starts: list[int] = []
        flat: list[str] = []
        for passage in passages:
            self._starts.append(len(flat))
            flat.extend(passage)
        self._sentences = Bm25(flat, language)

    def rank(
        self, question: str, *, without: frozenset[int] = frozenset(), passages: int = 5, limit: int = 10
    ) -> list[tuple[int, int]]:
        """Best sentences as (passage, position in it), best first; passages in `without` are not searched."""
        scores = self._passages.scores(question)
        best = sorted((index for index in scores if index not in without), key=lambda i: -scores[i])[:passages]
        places = {self._starts[p] + s: (p, s) for p in best for s in range(len(self.passages[p]))}
        found = self._sentences.scores(question, set(places))
        order = sorted(places, key=lambda flat: (-(found.get(flat, 0.0) + scores[places[flat][0]]), flat))
        return [places[flat] for flat in order[:limit]]
