"""What more can be said of a Chinese sentence as an answer: no vectors help there, so words have to say more."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from .asking import ASKS, HOLDS, asked_unit, asking_word
from .associations import NAMES as ASSOCIATIONS
from .associations import association_features, load_associations
from .headings import NAMES as HEADINGS
from .headings import heading_features
from .openings import NAMES as OPENINGS
from .openings import opening_features
from .runs import common_runs
from .tokens import tokenize, without_empty_words

_RUNS = 3  # longest common runs looked at
_NEAR = 5  # characters to either side of the asking word that say what of the thing is asked
_QUOTED = re.compile(r"[《「“\"‘『](.{2,}?)[》」”\"’』]")
_NUMBER = re.compile(r"\d+")
_LATIN = re.compile(r"[a-z]{2,}")
_CLAUSE = re.compile(r"[，,。；;]")

NAMES = (
    "cover_bigrams",
    "cover_characters",
    "cover_telling",
    "telling",
    "cover_rank",
    "cover_best",
    "cover_left",
    "cover_right",
    "cover_far",
    "cover_with_first",
    "cover_with_before",
    "cover_with_after",
    *(f"run_{n}" for n in range(1, _RUNS + 1)),
    "runs",
    "runs_share",
    "unit_asked",
    "unit_held",
    "numbers_asked",
    "numbers_held",
    "quotes_asked",
    "quotes_held",
    "latin_held",
    "place",
    "last",
    "sentences",
    "new_words",
    "longest_clause",
    "question_length",
    "bigrams_weight",
    *(f"asks_{name}" for name in ASKS),
    *(f"holds_{name}" for name in HOLDS),
    "holds_new_number",
    *ASSOCIATIONS,
    *OPENINGS,
    *HEADINGS,
)


class ChineseQuestion:
    """A question in simplified characters, taken apart once for all sentences; `weight`: its tokens' shares."""

    def __init__(self, text: str, weight: Mapping[str, float]) -> None:
        self.text, self.weight = text, weight
        self.content = re.sub(r"\W+", "", without_empty_words(text).lower())
        self.bigrams = {token for token in weight if len(token) > 1}
        word = asking_word(text)
        before = text[max(0, word[0] - _NEAR) : word[0]] if word else ""
        after = text[word[1] : word[1] + _NEAR] if word else ""
        self.left, self.right = self._tokens(before), self._tokens(after)
        self.far = set(weight) - self.left - self.right
        self.unit = asked_unit(text)
        self.numbers = set(_NUMBER.findall(text))
        self.quotes, self.latin = set(_QUOTED.findall(text)), set(_LATIN.findall(text.lower()))
        self.asks = [float(bool(pattern.search(text))) for pattern in ASKS.values()]

    def _tokens(self, part: str) -> set[str]:
        return self.weight.keys() & set(tokenize(without_empty_words(part)))

    def mass(self, tokens: set[str]) -> float:
        return sum(self.weight[token] for token in tokens)

    def share(self, held: set[str], among: set[str]) -> float:
        """How much of the weight of `among` is held; 0 where `among` is empty."""
        return self.mass(held & among) / (self.mass(among) or 1.0)


def chinese_features(
    question: ChineseQuestion,
    where: str,
    sentences: Sequence[str],
    tokens: Sequence[set[str]],
    held: Sequence[set[str]],
) -> list[list[float]]:
    """A row of `NAMES` a sentence of one passage, in simplified characters. `held`: tokens of the question;
    `where`: the passage's title and headings.
    """
    count = len(sentences)
    associated = association_features(load_associations(), question.text, sentences)
    opened = opening_features(question.text, question.content, sentences)
    headed = heading_features(question.content, question.weight, where)
    times = Counter(token for own in held for token in own)
    # A word that all sentences of the passage hold does not tell which of them answers.
    telling = {token: question.weight[token] * math.log((count + 1) / n) for token, n in times.items()}
    total = sum(telling.values()) or 1.0
    covers = [round(question.mass(own), 9) for own in held]  # equal sets are equal in whatever order they add up
    rows: list[list[float]] = []
    for i, sentence in enumerate(sentences):
        own, lower = held[i], sentence.lower()
        told = sum(telling[token] for token in own)
        better = sum(cover > covers[i] for cover in covers)
        runs = common_runs(question.content, lower)
        longest = [*sorted(runs, reverse=True), *[0] * _RUNS][:_RUNS]
        numbers = set(_NUMBER.findall(sentence))
        rows.append(
            [
                question.share(own, question.bigrams),
                question.mass(own - question.bigrams),
                told / total,
                told,
                better,
                float(better == 0),
                question.share(own, question.left),
                question.share(own, question.right),
                question.share(own, question.far),
                question.mass(own | held[0]),
                question.mass(own | held[i - 1]) if i else covers[i],
                question.mass(own | held[i + 1]) if i + 1 < count else covers[i],
                *(length / 4 for length in longest),
                len(runs) / 4,
                sum(longest) / (len(question.content) or 1),
                float(question.unit is not None),
                float(_holds_new(question.unit, sentence, question.text)),
                float(bool(question.numbers)),
                _found(question.numbers, lower),
                float(bool(question.quotes)),
                _found(question.quotes, sentence),
                _found(question.latin, lower),
                i / count,
                float(i == count - 1),
                min(count, 12) / 12,
                len(tokens[i] - question.weight.keys()) / (len(tokens[i]) or 1),
                math.log1p(max(map(len, _CLAUSE.split(sentence)))),
                len(question.text) / 20,
                question.mass(question.bigrams) or 1.0,
                *question.asks,
                *(float(bool(pattern.search(sentence))) for pattern in HOLDS.values()),
                float(bool(numbers - question.numbers)),
                *associated[i],
                *opened[i],
                *headed,
            ]
        )
    return rows


def _holds_new(pattern: re.Pattern[str] | None, sentence: str, known: str) -> bool:
    return pattern is not None and any(match.group() not in known for match in pattern.finditer(sentence))


def _found(wanted: set[str], text: str) -> float:
    return sum(piece in text for piece in wanted) / (len(wanted) or 1)
