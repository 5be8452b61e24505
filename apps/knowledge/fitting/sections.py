"""How much a section's heading and meaning count: reworded questions to help pages, with the section that answers.

`sections_*.tsv`: question, file, and which of the file's headings it is, from 1. Dify's pages are fitted on, the
demo's shop is reported.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..ingest.blocks import Extracted
from ..ingest.extract import EXTRACTORS
from ..ingest.passages import cut_document
from ..retrieval.features import NAMES_OF, SECTION_NAMES
from ..retrieval.headings import NAMES
from ..retrieval.weights import Ranker
from .collect import Example, collect
from .sets import Asking, KnowledgeSet

HERE = Path(__file__).parent
COLUMNS = [NAMES_OF["zh"].index(name) for name in (*NAMES, *SECTION_NAMES)]
UNDER = [NAMES_OF["zh"].index(name) for name in SECTION_NAMES]  # known of passages under a heading only
RIDGE, STEPS, RATE = 0.005, 4000, 0.2


@dataclass(frozen=True)
class Sections:
    """A row a passage that the search found: its score, its features of COLUMNS, whether it is right."""

    scores: np.ndarray
    features: np.ndarray
    right: np.ndarray


def with_headings(ranker: Ranker, data: Path) -> tuple[Ranker, tuple[float, float]]:
    """`ranker`, fitted on passages without headings, with weights for COLUMNS; and how often the right section of
    the demo's shop is then first, and among the first three.
    """
    mean, scale, linear, hidden = (
        values.copy() for values in (ranker.mean, ranker.scale, ranker.linear, ranker.hidden)
    )
    mean[COLUMNS], scale[COLUMNS], linear[COLUMNS], hidden[COLUMNS] = 0.0, 1.0, 0.0, 0.0
    plain = replace(ranker, mean=mean, scale=scale, linear=linear, hidden=hidden)
    pages = data / "kb" / "dify-docs" / "zh"
    lists = _lists(HERE / "sections_dify.tsv", pages, plain, only_asked=True)
    # What is not known of a passage counts as it does for the mean section.
    mean[UNDER] = np.nanmean(np.concatenate([one.features for one in lists]), axis=0)[-len(UNDER) :]
    weights = heading_weights(lists, mean[COLUMNS])
    found = _lists(HERE / "sections_demo.tsv", Path("demo/shop/zh"), plain, only_asked=False)
    places = [_place(one, weights, mean[COLUMNS]) for one in found]
    linear = linear.copy()
    linear[COLUMNS] = weights
    shares = float(np.mean([place < 1 for place in places])), float(np.mean([place < 3 for place in places]))
    return replace(plain, linear=linear), shares


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
    order = np.argsort(-(one.scores + np.nan_to_num(one.features - mean) @ weights), kind="stable")
    return next((place for place, i in enumerate(order) if one.right[i]), 99)


def _lists(questions: Path, pages: Path, ranker: Ranker, *, only_asked: bool) -> list[Sections]:
    """`only_asked`: of the pages, only those that a question is about."""
    lines = [line.split("\t") for line in questions.read_text(encoding="utf-8").splitlines()]
    files = [file for _, file, _ in lines] if only_asked else [path.name for path in pages.iterdir()]
    names = [name for name in sorted(set(files)) if _format(name) in EXTRACTORS]
    documents: list[str | list[str] | Extracted] = [
        EXTRACTORS[_format(name)]((pages / name).read_bytes()) for name in names
    ]
    asked = [Asking(question, names.index(file), ()) for question, file, _ in lines]
    found = collect(KnowledgeSet("sections", "zh", documents, asked))
    return [
        _sections(example, _headings(documents[asking.passage])[int(number) - 1], ranker)
        for example, asking, (_, _, number) in zip(found, asked, lines, strict=True)
    ]


def _format(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("mdx", "md")


def _headings(document: str | list[str] | Extracted) -> list[str]:
    pieces = cut_document(document) if isinstance(document, Extracted) else []
    return list(dict.fromkeys(piece.heading for piece in pieces))


def _sections(example: Example, heading: str, ranker: Ranker) -> Sections:
    scores = ranker(example.rows) if example.places else np.zeros(0)
    best: dict[int, int] = {}  # passage -> its best sentence
    for i in np.argsort(-scores, kind="stable"):
        best.setdefault(example.places[i][0], int(i))
    rows = list(best.values())
    passages = [example.candidates[index].passage for index in best]
    right = [one.document.name == example.document and one.heading == heading for one in passages]
    features = example.rows[rows][:, COLUMNS] if rows else np.zeros((0, len(COLUMNS)))
    return Sections(scores[rows], features, np.array(right, dtype=bool))
