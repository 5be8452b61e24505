"""Hard negatives: the sentences that a search for words ranks high for a question and that do not answer it."""

from model_runtime.training.ranking import Bm25
from model_runtime.training.reranker.data import Pool
from model_runtime.training.text import STOP_WORDS

KEPT = 16


def mine(pool: Pool) -> list[list[int]]:
    """For each question the numbers of the best sentences by BM25, best first, those that answer left out."""
    search = Bm25(pool.sentences, "en")
    found: list[list[int]] = []
    for question, gold in pool.asked:
        telling = " ".join(word for word in question.split() if word.lower() not in STOP_WORDS)
        scores = search.scores(telling)
        order = sorted(scores.keys() - gold, key=lambda number: (-scores[number], number))
        found.append(order[:KEPT])
    return found
