"""How much a section's heading and meaning count: reworded questions to help pages, with the section that answers.

`sections_*.tsv`: question, file, and which of the file's headings it is, from 1. Fitted on the questions to the
pages of `help_pages.py` and on `sections_fit.tsv` (pages of Dify's); reported on the demo's shop, on other pages
of Dify's and on one whose headings are questions (`sections_faq.tsv`), which nothing here is fitted on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..ingest.blocks import Extracted
from ..ingest.extract import EXTRACTORS
from ..ingest.passages import cut_document
from ..retrieval.features import NAMES_OF, SECTION_NAMES
from ..retrieval.headings import NAMES
from ..retrieval.weights import Ranker
from .collect import Example, collect
from .help_pages import help_pages
from .sets import Asking, KnowledgeSet

HERE = Path(__file__).parent
COLUMNS = [NAMES_OF["zh"].index(name) for name in (*NAMES, *SECTION_NAMES)]
UNDER = [NAMES_OF["zh"].index(name) for name in SECTION_NAMES]  # known of passages under a heading only
RIDGE, STEPS, RATE = 0.005, 4000, 0.2


@dataclass(frozen=True)
class Sections:
    """A row a passage that the search found: its score, features of COLUMNS, whether it is right, cosine."""

    scores: np.ndarray
    features: np.ndarray
    right: np.ndarray
    cosines: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def ranked(self, mean: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The scores with what COLUMNS add."""
        scores: np.ndarray = self.scores + np.nan_to_num(self.features - mean) @ weights
        return scores


def with_headings(ranker: Ranker, data: Path, *, every: int = 1) -> tuple[Ranker, dict[str, tuple[float, float]]]:
    """`ranker`, fitted on passages without headings, with weights for COLUMNS that are fitted on questions to help
    pages; and how often the right section of each kind that is reported is first, and among the first three.

    `every`: only each such page to fit on, with what is asked of it: to see that all of it runs.
    """
    plain = without_headings(ranker)
    dify = data / "kb" / "dify-docs" / "zh"
    own = help_sections(plain, every)
    fit = [*own, *_lists(HERE / "sections_fit.tsv", dify, plain, only_asked=True, every=every)]
    mean, linear = plain.mean.copy(), plain.linear.copy()
    mean[COLUMNS], linear[COLUMNS] = fitted = _fitted(fit)
    reported = {
        "shop": _lists(HERE / "sections_demo.tsv", Path("demo/shop/zh"), plain, only_asked=False),
        "pages": _lists(HERE / "sections_dify.tsv", dify, plain, only_asked=True),
        "questions": _lists(HERE / "sections_faq.tsv", dify, plain, only_asked=True),
    }
    shares = {name: _shares(lists, *fitted) for name, lists in reported.items()}
    return replace(plain, mean=mean, linear=linear), shares


def without_headings(ranker: Ranker) -> Ranker:
    """The same but that COLUMNS weigh nothing."""
    mean, scale, linear, hidden = (
        values.copy() for values in (ranker.mean, ranker.scale, ranker.linear, ranker.hidden)
    )
    mean[COLUMNS], scale[COLUMNS], linear[COLUMNS], hidden[COLUMNS] = 0.0, 1.0, 0.0, 0.0
    return replace(ranker, mean=mean, scale=scale, linear=linear, hidden=hidden)


def _fitted(lists: list[Sections]) -> tuple[np.ndarray, np.ndarray]:
    """What COLUMNS are measured from, and their weights. What is not known of a passage counts as it does for the
    mean section.
    """
    mean = np.zeros(len(COLUMNS))
    mean[-len(UNDER) :] = np.nanmean(np.concatenate([one.features for one in lists]), axis=0)[-len(UNDER) :]
    return mean, heading_weights(lists, mean)


def _shares(lists: list[Sections], mean: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    places = [_place(one, weights, mean) for one in lists]
    return float(np.mean([place < 1 for place in places])), float(np.mean([place < 3 for place in places]))


def heading_weights(lists: list[Sections], mean: np.ndarray) -> np.ndarray:
    """Raises the share of probability that falls on the right section; none of the weights is negative."""
    lists = [
        replace(one, features=np.nan_to_num(one.features - mean))
        for one in lists
        if one.right.any() and not one.right.all()
    ]
    spread = np.mean([one.features.std(axis=0) for one in lists], axis=0)
    spread[spread < 1e-3] = 1.0  # a feature that never differs
    lists = [replace(one, features=one.features / spread) for one in lists]
    weights = np.zeros(len(spread))
    for _ in range(STEPS):
        slope = RIDGE * weights
        for one in lists:
            scores = one.scores + one.features @ weights
            shares = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            slope = slope + (shares - shares * one.right / (shares @ one.right)) @ one.features / len(lists)
        weights = np.maximum(weights - RATE * slope, 0.0)
    return weights / spread


def _place(one: Sections, weights: np.ndarray, mean: np.ndarray) -> int:
    order = np.argsort(-one.ranked(mean, weights), kind="stable")
    return next((place for place, i in enumerate(order) if one.right[i]), 99)


def _lists(questions: Path, pages: Path, ranker: Ranker, *, only_asked: bool, every: int = 1) -> list[Sections]:
    """`only_asked`: of the pages, only those that a question is about."""
    lines = [line.split("\t") for line in questions.read_text(encoding="utf-8").splitlines()]
    files = [file for _, file, _ in lines] if only_asked else [path.name for path in pages.iterdir()]
    names = [name for name in sorted(set(files)) if _format(name) in EXTRACTORS][::every]
    documents = [EXTRACTORS[_format(name)]((pages / name).read_bytes()) for name in names]
    headings = [_headings(document) for document in documents]
    asked = [
        (question, names.index(file), headings[names.index(file)][int(number) - 1])
        for question, file, number in lines
        if file in names
    ]
    return _found(documents, asked, ranker)


def help_sections(ranker: Ranker, every: int) -> list[Sections]:
    """What is asked of each such page of `help_pages.py`."""
    documents, rewordings = help_pages()
    kept = range(0, len(documents), every)
    whole = [{heading.rsplit(" › ", 1)[-1]: heading for heading in _headings(document)} for document in documents]
    asked = [
        (one.question, kept.index(one.page), whole[one.page][one.heading]) for one in rewordings if one.page in kept
    ]
    return _found(documents[::every], asked, ranker)


def _found(documents: Sequence[Extracted], asked: Sequence[tuple[str, int, str]], ranker: Ranker) -> list[Sections]:
    """`asked`: a question, the number of its document, and the heading that answers."""
    askings = [Asking(question, number, ()) for question, number, _ in asked]
    examples = collect(KnowledgeSet("sections", "zh", list(documents), askings))
    return [_sections(example, heading, ranker) for example, (_, _, heading) in zip(examples, asked, strict=True)]


def _format(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("mdx", "md")


def _headings(document: Extracted) -> list[str]:
    return list(dict.fromkeys(piece.heading for piece in cut_document(document)))


def _sections(example: Example, heading: str, ranker: Ranker) -> Sections:
    scores = ranker(example.rows) if example.places else np.zeros(0)
    best: dict[int, int] = {}  # passage -> its best sentence
    for i in np.argsort(-scores, kind="stable"):
        best.setdefault(example.places[i][0], int(i))
    rows = list(best.values())
    passages = [example.candidates[index].passage for index in best]
    right = [one.document.name == example.document and one.heading == heading for one in passages]
    features = example.rows[rows][:, COLUMNS] if rows else np.zeros((0, len(COLUMNS)))
    cosines = [example.candidates[index].cosine for index in best]
    return Sections(scores[rows], features, np.array(right, dtype=bool), np.array(cosines, dtype=np.float64))
