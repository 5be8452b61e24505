"""Questions in one language to the demo's documents in the other: what a search across languages is fitted on.

Documents and evaluation sets stand in both languages, line by line. The lists of questions that the demo keeps
among its documents are asked as well, and are no documents here: each would be found as its own translation.
Questions to an encyclopedia are asked of passages about other people and places, in words that these hold too.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from apps.core.language import Language

from ..ingest.blocks import Extracted
from ..ingest.extract import EXTRACTORS
from ..models import Collection
from ..retrieval.across import OTHER, Compared, compare
from ..retrieval.across_weights import AcrossWeights, load_across
from ..retrieval.scope import scope_of
from ..retrieval.tokens import tokenize
from ..retrieval.weights import Logistic
from .collect import store
from .sets import load_elsewhere
from .train import fit_logistic, fit_ranker

FITTED, REPORTED = ("handbook", "products", "clinic", "newsroom", "light-course"), "shop"
FOREIGN = 40  # questions about other collections that each is asked
DECLINED, AT = 0.95, 0.2  # of the questions on something else, and the confidence below which they are declined
SAYS_IT = 0.55  # of a listed answer's words: such a sentence of its document is right
LISTS: dict[Language, str] = {"en": "-questions.csv", "zh": "常见问题.csv"}


@dataclass(frozen=True)
class Asking:
    """A question with what a right sentence in the other language holds; nothing: it is about something else.

    A `listed` one has the whole answer, which stands in that document in other words.
    """

    text: str
    language: Language
    answers: tuple[str, ...] = ()
    listed: str = ""


@dataclass(frozen=True)
class Example:
    """What one question met; `right` marks the compared sentences that answer it."""

    asked: Asking
    compared: Compared
    right: np.ndarray


@dataclass(frozen=True)
class Quality:
    """Shares of the questions that have an answer: a right one `first`, among the best `two`, and such `answered`
    at the least confidence. Of the others those `declined`.
    """

    questions: int
    first: float
    two: float
    answered: float
    declined: float


def collect_across(name: str, demo: Path) -> list[Example]:
    """The collection asked in both directions. What finds nothing at all is left out."""
    found: list[Example] = []
    own = [one for one in askings(name, demo) if not one.listed or name in FITTED]
    foreign = [one for other in FITTED if other != name for one in askings(other, demo) if not one.listed]
    for language in OTHER:
        others = [one for one in foreign if one.language == language]
        asked = [one for one in own if one.language == language]
        asked += [Asking(one.text, language) for one in others[:: max(1, len(others) // FOREIGN)]]
        documents = [
            (path.name, EXTRACTORS[path.suffix[1:]](path.read_bytes()))
            for path in sorted((demo / name / OTHER[language]).iterdir())
            if path.suffix[1:] in EXTRACTORS
            and (name == REPORTED or not path.name.endswith(LISTS[OTHER[language]]))
        ]
        found += _asked(f"{name}-{language}", documents, language, asked)
    return found


def collect_elsewhere(data: Path, kept_out: Sequence[str]) -> list[Example]:
    """Questions to an encyclopedia asked of passages about other things, in both directions."""
    found: list[Example] = []
    for language in OTHER:
        passages, texts = load_elsewhere(language, data, kept_out)
        documents = [(str(number), passage) for number, passage in enumerate(passages)]
        found += _asked(f"elsewhere-{language}", documents, language, [Asking(text, language) for text in texts])
    return found


def askings(name: str, demo: Path) -> list[Asking]:
    """The evaluation set's, then the lists' as far as these are each other's translation."""
    lines, rows = [], []
    for language, ending in LISTS.items():
        text = (demo / "evaluation" / f"{name}-{language}.jsonl").read_text(encoding="utf-8")
        lines.append([json.loads(line) for line in text.splitlines()])
        paths = sorted((demo / name / language).glob(f"*{ending}"))
        rows.append([row for path in paths for row in csv.DictReader(path.open(encoding="utf-8-sig"))])
    pairs = list(takewhile(lambda pair: pair[0]["document"] == pair[1]["document"], zip(*rows, strict=False)))
    found: list[Asking] = []
    for place, language in enumerate(LISTS):
        for pair in zip(*lines, strict=True):
            found.append(Asking(pair[place]["question"], language, tuple(pair[1 - place]["answers"])))
        for pair in pairs:
            answer = pair[1 - place]
            found.append(Asking(pair[place]["question"], language, (answer["answer"],), answer["document"]))
    return found


def fit_across(examples: Sequence[Example]) -> AcrossWeights:
    """The order of sentences, then how sure to be where the best two hold the answer."""
    lists = [(one.compared.features.rows, one.right) for one in examples]
    ranker = fit_ranker(lists, units=0, steps=1500)
    linear = ranker.linear / ranker.scale
    weights = AcrossWeights(linear, Logistic(np.zeros(7), 0.0))
    seen = [(one, *_best(one, weights)) for one in examples]
    answered = np.array([evidence for one, evidence, right in seen if right])
    something_else = np.array([evidence for one, evidence, _right in seen if not one.asked.answers])
    found = fit_logistic(answered, something_else, columns=range(answered.shape[1]), declined=DECLINED)
    bias = found.bias + float(np.log(AT / (1 - AT)))
    return AcrossWeights(linear, Logistic(found.weights, bias), load_across().reread)


def quality(examples: Sequence[Example], weights: AcrossWeights) -> Quality:
    on = [one for one in examples if one.asked.answers]
    off = [one for one in examples if not one.asked.answers]
    firsts = [bool(one.right[int(weights.score(one.compared.features.rows).argmax())]) for one in on]
    seen = [_best(one, weights) for one in on]
    sure = [right and weights.confidence(evidence) >= AT for evidence, right in seen]
    declined = [weights.confidence(_best(one, weights)[0]) < AT for one in off]
    every = (firsts, [right for _evidence, right in seen], sure, declined)
    shares = (float(np.mean(marks)) if marks else 0.0 for marks in every)
    return Quality(len(on), *shares)


def _asked(
    name: str,
    documents: Iterable[tuple[str, str | list[str] | Extracted]],
    language: Language,
    asked: Sequence[Asking],
) -> list[Example]:
    """Of the documents (name, content) in the other language, which are stored meanwhile."""
    slug = f"fit-across-{name}"
    Collection.objects.filter(slug=slug).delete()  # a run that was broken off may have left it
    collection = Collection.objects.create(slug=slug, name=slug)
    try:
        for document, content in documents:
            store(collection, document, content, "")
        scope = scope_of([collection.pk], OTHER[language])
        met = [(one, compare(scope, one.text, language)) for one in asked]
        return [Example(one, compared, _right(one, compared)) for one, compared in met if compared]
    finally:
        collection.delete()


def _right(asked: Asking, compared: Compared) -> np.ndarray:
    marks = []
    for number, start, end in compared.places:
        passage = compared.candidates[number].passage
        sentence = passage.text[start:end]
        if asked.listed:
            words = set(tokenize(asked.answers[0]))
            share = len(words & set(tokenize(sentence))) / (len(words) or 1)
            marks.append(share >= SAYS_IT and passage.document.name == asked.listed)
        else:
            marks.append(any(answer in sentence for answer in asked.answers))
    return np.array(marks, dtype=bool)


def _best(one: Example, weights: AcrossWeights) -> tuple[np.ndarray, bool]:
    """The confidence's evidence, and whether one of the best two sentences is right."""
    order = np.argsort(-weights.score(one.compared.features.rows), kind="stable")
    return one.compared.evidence(one.compared.scored(weights)), bool(one.right[order[:2]].any())
