"""Which sentences a verbatim answer may quote, in which order, and how far what it says stands out."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from apps.core.fences import fenced, holds_code, on_one_line, parts
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import tokenize

from ..asking.coded import asks_for_code, may_want_code
from .alike import says_again
from .forbidding import with_what_forbids
from .howto import of_the_way
from .joining import is_remedy, points_back, with_limits
from .procedures import Procedure
from .replies import without_reply
from .rows import row_cells, row_said, said_twice, words_held

CANDIDATES = 10
# How far below the best one's score a sentence may lie that is said beside it (docs/decisions/0015): on pages
# with headings what lies further down hardly ever holds what the best one lacks, in running text it may.
MARGIN: dict[Language, float] = {"en": 3.0, "zh": 4.0}
RUNNING = 8.0
# From this chance on a row of a table may be said beside another sentence.
SURE_OF_ROW = 0.5
# From this chance on the best one of a section needs no other's beside it, unless that is as sure
# (docs/decisions/0015).
SURE, AS_SURE = 0.6, 0.8
ANSWER: dict[Language, int] = {"en": 320, "zh": 120}  # characters of a short answer to a question in a heading
AS_LIKELY = 0.5  # a sentence whose score lies no further below than this (docs/decisions/0015)
READ_OF_CODE = 200  # characters that a model reads of a sentence with its code


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be quoted; its label is its place among the candidates, from 1.

    One that `leads_in` is said with the best one, which hangs on it, and one that is `asked_for` is the code of its
    section. `said` is how it is said where that differs: a `row` of a table, or without the "No" of another
    question. Of a sentence with `code` behind it the model reads the beginning as `text`, the code follows what is
    said, and `excerpt` is all of it as the document has it. `at` is the row of a spreadsheet and `page` the page,
    from which it is told apart in the same passage, `held` what words of the question stand in a row,
    `unsaid` what words of what it is about do not stand in the question. One may stand for a whole `procedure`.
    """

    text: str
    passage: RankedPassage
    score: float = 0.0
    chance: float | None = None
    said: str = ""
    row: bool = False
    leads_in: bool = False
    asked_for: bool = False
    start: int = 0  # in its passage
    code: str = ""
    excerpt: str = ""
    at: int | None = None
    page: int | None = None
    held: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()
    procedure: Procedure | None = None


def candidates(retrieval: Retrieval, said: Sequence[str] = (), asked: str = "") -> tuple[Candidate, ...]:
    """The best sentences, on one line each: the best one, what may be said beside it, then the others. What only
    says again what a better one or `said` says is left out. "It …" comes with the sentence before it, and what is
    asked how to do with the code of its section. `asked` is the question without what was taken along, if anything.
    """
    if not said:
        retrieval = of_the_way(retrieval)
    ranked = sorted(
        ((sentence, passage) for passage in retrieval.passages for sentence in with_limits(passage)),
        key=lambda item: item[0].rank,
    )
    found: list[Candidate] = []
    alike = said_twice(retrieval.passages)
    for sentence, passage in ranked:
        one = _candidate(sentence, passage, retrieval.question, alike, asked)
        if one.text.strip() and not any(_says_again(one, other) for other in found) and not _was_said(one, said):
            found.append(one)
        if len(found) == CANDIDATES:
            break
    found = _plainest_first(found)
    code = _code_beside(found[0], retrieval.question, ranked) if found else None
    if code is not None and not _was_said(code, said):
        found = [found[0], code, *(one for one in found[1:] if one.excerpt != code.excerpt)][:CANDIDATES]
    before = _lead_in(found[0], retrieval.question) if found else None
    if before is not None and not _was_said(before, said):
        found = [found[0], before, *(one for one in found[1:] if one.text != before.text)][:CANDIDATES]
    found[1:] = sorted(found[1:], key=lambda one: not _goes_with(one, found[0]))
    return tuple(found)


def _plainest_first(found: list[Candidate]) -> list[Candidate]:
    """Of rows of one table that hold the same words of the question the one about nothing else goes first: that of
    the Ember before that of the Ember Pro.
    """
    best = found[0] if found else None
    for one in found[1:]:
        rivals = best is not None and one.row and one.passage is best.passage and one.held >= best.held
        if (
            best is not None
            and rivals
            and one.unsaid < best.unsaid
            and best.score - one.score <= MARGIN[one.passage.language]
        ):
            return [one, *(other for other in found if other is not one)]
    return found


def in_reading_order(found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """For answers that say two: where the best two are worth saying and stand in one passage they come in its
    order, so that what runs over both holds together; rows of a table do not.
    """
    if worth_saying(found[:2]) == 2 and _stands_before(found[1], found[0]):
        return found[1], found[0], *found[2:]
    return found


def _was_said(one: Candidate, said: Sequence[str]) -> bool:
    """As the document has it, or as it is said."""
    if one.code:
        return any(one.code in other for other in said)
    return any(says_again(words, other) for words in {one.text, one.said or one.text} for other in said)


def _says_again(one: Candidate, other: Candidate) -> bool:
    """Of code the very lines: commands that differ in a letter do something else."""
    return one.excerpt == other.excerpt if one.code or other.code else says_again(one.text, other.text)


def _stands_before(one: Candidate, other: Candidate) -> bool:
    """In one passage; rows of a table need not be in its order."""
    if one.passage is not other.passage or one.row or other.row:
        return one.leads_in
    return one.leads_in or one.start < other.start


def _candidate(
    sentence: RankedSentence, passage: RankedPassage, question: str, alike: Container[str] = (), asked: str = ""
) -> Candidate:
    if holds_code(sentence.text):
        return _with_code(sentence, passage, question)
    text = sentence.text.replace("\n", " ")
    cells = row_cells(text, passage)
    said = row_said(cells, passage, question, alike, asked) if cells else without_reply(text, passage, question)
    said = with_what_forbids(said, text, sentence.start, passage, question)
    return Candidate(
        text,
        passage,
        sentence.score,
        sentence.chance,
        said="" if said == text else said,
        row=bool(cells),
        start=sentence.start,
        at=sentence.row,
        page=sentence.page,
        held=words_held(question, text) if cells else frozenset(),
        unsaid=frozenset(tokenize(cells[0][1])).difference(tokenize(question)) if cells else frozenset(),
    )


def _with_code(sentence: RankedSentence, passage: RankedPassage, question: str) -> Candidate:
    """Code without a sentence before it is said below its heading, or its document's title."""
    prose = [part.text for part in parts(sentence.text) if not part.is_code]
    blocks = [fenced(part.text) for part in parts(sentence.text) if part.is_code]
    unnamed, colon = ("代码", "：") if passage.language == "zh" else ("Code", ":")
    place = passage.heading.rpartition(" › ")[2] or passage.title or unnamed
    if place[-1] not in "?？!！:：":
        place += colon
    told = with_what_forbids(" ".join(prose) or place, sentence.text, sentence.start, passage, question)
    return Candidate(
        on_one_line(sentence.text)[:READ_OF_CODE].rstrip(),
        passage,
        sentence.score,
        sentence.chance,
        said=told,
        start=sentence.start,
        code="\n\n".join(blocks),
        page=sentence.page,
        excerpt=sentence.text,
    )


def _lead_in(best: Candidate, question: str) -> Candidate | None:
    """What stands right before the best sentence in its paragraph, where that points back."""
    passage = best.passage
    if not points_back(best.text, passage.language):
        return None
    for other in passage.sentences:
        between = passage.text[other.end : best.start]
        if other.end <= best.start and len(between) <= 1 and "\n" not in between:
            return replace(_candidate(other, passage, question), leads_in=True)
    return None


def _code_beside(
    best: Candidate, question: str, ranked: Sequence[tuple[RankedSentence, RankedPassage]]
) -> Candidate | None:
    """However far below, the code that the best sentence's paragraph leads to, unless the question is after
    something else; where it leads to none, or another is as likely as the sentence itself, the likeliest of its
    section, where the question asks for some.
    """
    own = _own_code(best)
    if best.code or not (may_want_code(question) if own else asks_for_code(question)):
        return None
    for sentence, passage in ranked:
        if holds_code(sentence.text) and _one_section(passage, best.passage):
            if own and best.score - sentence.score > AS_LIKELY:
                sentence, passage = own, best.passage  # noqa: PLW2901
            return replace(_with_code(sentence, passage, question), asked_for=True)
    return None


def _own_code(best: Candidate) -> RankedSentence | None:
    """What ends the paragraph in which a sentence stands: sentences of one paragraph stand on one line."""
    end = best.start + len(best.text)
    for one in best.passage.sentences:
        if one.start < end:
            continue
        if "\n" in best.passage.text[end : one.start]:
            break
        if holds_code(one.text):
            return one
        end = one.end
    return None


def _one_section(one: RankedPassage, other: RankedPassage) -> bool:
    if one is other:
        return True
    return bool(one.heading) and (one.document_id, one.heading) == (other.document_id, other.heading)


def worth_saying(found: Sequence[Candidate]) -> int:
    """How many of them, from the best on, are likely enough beside it to be said as well, and add to it."""
    best = max(found, key=lambda one: one.score, default=None)
    return sum(one is best or _goes_with(one, best) for one in found) if best else 0


def _goes_with(other: Candidate, best: Candidate) -> bool:
    return _is_likely(other, best) and not _adds_nothing(other, best)


def _adds_nothing(other: Candidate, best: Candidate) -> bool:
    """Whether it points back to what stands in another passage, or stands elsewhere though the best one is surely
    right.
    """
    if other.leads_in or other.asked_for:
        return False
    if other.passage is not best.passage and points_back(other.text, other.passage.language):
        return True
    elsewhere = best.passage.heading and not _one_section(other.passage, best.passage)
    return bool(elsewhere) and (best.chance or 0.0) >= SURE and (other.chance or 0.0) < AS_SURE


def _is_likely(other: Candidate, best: Candidate) -> bool:
    if other.leads_in or other.asked_for or (other.passage is best.passage and _is_its_answer(best)):
        return True
    # A command that nobody asked for may do harm: one is enough, and nothing of another section stands beside it.
    if (other.code and best.code) or ((other.code or best.code) and not _one_section(other.passage, best.passage)):
        return False
    own = _own_code(best) if other.code else None
    if own and not (other.passage is best.passage and other.start == own.start):
        return False
    if other.row and best.row and other.held < best.held:  # it is about another thing
        return False
    running = other.passage is best.passage and not best.passage.heading
    margin = RUNNING if running or _says_what_to_do(other, best) else MARGIN[best.passage.language]
    return best.score - other.score <= margin and (not other.row or (other.chance or 0.0) >= SURE_OF_ROW)


def _is_its_answer(best: Candidate) -> bool:
    """Whether its passage is the short answer to the question that it has for a heading: it is told whole."""
    passage = best.passage
    asks = passage.heading.endswith(("?", "？"))
    return asks and not best.row and not best.code and len(passage.text) <= ANSWER[passage.language]


def _says_what_to_do(other: Candidate, best: Candidate) -> bool:
    """Right behind it, in running text."""
    gap = other.start - best.start - len(best.text)
    right_behind = other.passage is best.passage and 0 <= gap <= 1
    return right_behind and is_remedy(other.text, best.text, best.passage.language)


def lead(found: Sequence[Candidate], most: int) -> float:
    """How far the best one's score lies above that of the likeliest one that is neither said, where `most` are, nor
    would be if it added to the best one: this does not contend with it.
    """
    best = max((one.score for one in found), default=0.0)
    fit = [one for one in found if one is found[0] or _is_likely(one, found[0])]
    fit.sort(key=lambda one: (one is not found[0], not (one.leads_in or one.asked_for), -one.score))
    beside = fit[:most]
    return best - max((one.score for one in found if one not in beside), default=best - RUNNING)
