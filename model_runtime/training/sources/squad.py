"""SQuAD pairs of sentence and question: lower-cased PTB tokens in article order."""

import re
from collections import Counter
from pathlib import Path

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.text import detokenise

PASSAGE_SENTENCES = 6
_WORD = re.compile(r"[A-Za-z][A-Za-z]+")


class Capitals:
    """Restores capital letters roughly, from how words are written in a cased text."""

    def __init__(self, cased: list[str]) -> None:
        self._upper: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()
        for sentence in cased:
            for word in _WORD.findall(sentence)[1:]:
                (self._upper if word[0].isupper() else self._lower)[word.lower()] += 1

    def restore(self, sentence: str) -> str:
        """The sentence with a capital first letter and capitals on names; unknown words count as names."""
        restored = _WORD.sub(lambda match: self._word(match.group()), sentence)
        return restored[:1].upper() + restored[1:]

    def _word(self, word: str) -> str:
        return word.capitalize() if self._upper[word] >= self._lower[word] and len(word) > 2 else word


def read_squad(folder: Path, capitals: Capitals) -> Pool:
    """Pool whose passages are runs of neighbouring answer sentences."""
    pool = Pool("squad", "en")
    sentences = (folder / "squad-sentences.txt").read_text(encoding="utf-8").splitlines()
    questions = (folder / "squad-questions.txt").read_text(encoding="utf-8").splitlines()
    places: dict[str, tuple[int, int]] = {}
    for raw, question in zip(sentences, questions, strict=True):
        if raw not in places:
            if not pool.passages or len(pool.passages[-1]) >= PASSAGE_SENTENCES:
                pool.passages.append([])
            pool.passages[-1].append(capitals.restore(detokenise(raw)))
            places[raw] = (len(pool.passages) - 1, len(pool.passages[-1]) - 1)
        passage, place = places[raw]
        text = capitals.restore(detokenise(question))
        pool.questions.append(Question(text, passage, frozenset({place})))
    return pool
