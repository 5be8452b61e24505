"""What a search returns: the vocabulary shared by retrieval, the prompt and the transcript."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class RankedSentence:
    """A sentence of a passage. `rank` is 1-based over all sentences of the search, best first; `chance`, 0 to 1, is
    a reranker's that it answers, None where it was not read; `row` that of its table, `page` the one it stands on
    where its passage has several.
    """

    rank: int
    text: str
    start: int  # offsets into the passage's text, in characters
    end: int
    score: float
    chance: float | None = None
    row: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class RankedStep:
    """A sentence of a procedure in its passage: the `number` of the step that begins with it, 0 where it goes on,
    and how `deep` it stands, 1 for the procedure's own steps. `page` is known where its passage has several.
    """

    number: int
    deep: int
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True)
class PassageScores:
    """Why a passage stands where it does. Ranks are 1-based within their pool, None for what the pool lacks.

    `fused` is what candidates are chosen by; `rerank` is the chance, 0 to 1, that a reranker gave
    its best sentence, None where none was asked or the passage was not read.
    """

    lexical_rank: int | None
    dense_rank: int | None
    bm25: float
    cosine: float | None
    fused: float
    rerank: float | None = None


@dataclass(frozen=True)
class RankedPassage:
    """A passage that may answer the question; its sentences stand in reading order. `rows` are the first and the
    last row of its table, `pages` those of a document that has some, which may be `slides`. `steps` are its
    sentences that are of a procedure; where that was cut, the passages `before` and `after` have the rest of it.
    `section` is how many passages stand below its heading, which is counted where it has a table.
    """

    passage_id: UUID
    document_id: UUID
    title: str
    heading: str  # headings from the document's top down, joined by " › "; may be empty
    text: str
    language: Language
    score: float
    sentences: tuple[RankedSentence, ...] = ()
    scores: PassageScores | None = None
    pages: tuple[int, int] | None = None
    rows: tuple[int, int] | None = None
    slides: bool = False
    steps: tuple[RankedStep, ...] = ()
    before: tuple["RankedPassage", ...] = ()
    after: tuple["RankedPassage", ...] = ()
    section: int = 1


@dataclass(frozen=True)
class Retrieval:
    """The passages for one question, best first, and how sure the search is that they answer it.

    `missing`: the share, by weight, of the question's words that none of what was found holds; 1 where the
    documents know no word of it, or where it has none but such as only ask. `unknown` are its codes that no passage
    of those searched holds. `across`: the passages are those in the other language than the question's;
    `placed`: the title or headings of the best one have a word of the question, and none in its own language speak
    of the same; `same` are passages in that language that say what the best one does.
    """

    question: str
    language: Language
    passages: tuple[RankedPassage, ...]
    confidence: float  # 0 to 1
    timings_ms: dict[str, float] = field(default_factory=dict)
    missing: float = 0.0
    unknown: frozenset[str] = frozenset()
    across: bool = False
    placed: bool = False
    same: tuple[RankedPassage, ...] = ()
