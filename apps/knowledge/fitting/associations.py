"""Learns which words of answers go with which words of Chinese questions (`retrieval/associations.py`)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..ingest.blocks import Extracted
from ..ingest.sentences import split_sentences
from ..retrieval.associations import question_pieces, sentence_pieces
from ..retrieval.simplified import simplified
from .sets import KnowledgeSet

ASKED_LEAST = 12  # questions that hold a piece
SEEN_LEAST = 5.0  # passages in which the two come together
DOUBT = 2.0  # added to both counts
STRONG = 0.9  # log-odds; weaker ties are left out

Counts = dict[str, Counter[str]]


def learn_associations(sets: Sequence[KnowledgeSet]) -> dict[str, dict[str, float]]:
    """From the sentences of the passage that answers: the right ones against the others, each side weighing 1."""
    times = Counter(piece for one in sets for asking in one.questions for piece in _asked(asking.text))
    kept = {piece for piece, count in times.items() if count >= ASKED_LEAST}
    right: Counts = defaultdict(Counter)
    wrong: Counts = defaultdict(Counter)
    for question, answering, others in _told_apart(sets):
        said = sentence_pieces(question)
        asked = question_pieces(question) & kept
        for sentences, counts in ((answering, right), (others, wrong)):
            for sentence in sentences:
                for piece in asked:
                    for other in sentence_pieces(sentence) - said:
                        counts[piece][other] += 1 / len(sentences)  # type: ignore[assignment]  # shares
    model = {piece: dict(_ties(right[piece], wrong[piece])) for piece in sorted(kept)}
    return {piece: ties for piece, ties in model.items() if ties}


def _asked(text: str) -> frozenset[str]:
    return question_pieces(simplified(text))


def _told_apart(sets: Iterable[KnowledgeSet]) -> Iterator[tuple[str, list[str], list[str]]]:
    """(question, sentences that answer, the others of the passage), in simplified characters, neither empty."""
    for one in sets:
        for asking in one.questions:
            passage = one.passages[asking.passage]
            if isinstance(passage, Extracted):
                continue  # help pages have too few answers
            text = passage if isinstance(passage, str) else "\n".join(passage)
            sentences = [text[start:end] for start, end in split_sentences(text)]
            answering = [own for own in sentences if any(answer in own for answer in asking.answers)]
            others = [own for own in sentences if own not in answering]
            if answering and others:
                yield simplified(asking.text), list(map(simplified, answering)), list(map(simplified, others))


def _ties(right: Counter[str], wrong: Counter[str]) -> Iterator[tuple[str, float]]:
    for piece in sorted(right.keys() | wrong.keys()):
        if right[piece] + wrong[piece] >= SEEN_LEAST:
            odds = math.log((right[piece] + DOUBT) / (wrong[piece] + DOUBT))
            if abs(odds) >= STRONG:
                yield piece, round(odds, 1)
