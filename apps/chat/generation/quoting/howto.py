"""Which sentences who asks how to do something is told of: of the section whose heading names that, and there of
what is to be done in any case before what is to be done in some.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from apps.core.fences import holds_code, parts
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import question_tokens, tokenize, words_shared

from ..asking.coded import asks_for_code, wanted_of_code
from ..narrowing import best_of, only
from .rows import words_held

Section = tuple[UUID, str]  # a document and a heading, or a passage without one

# A sentence that tells what to do in some case alone. "Check if …" tells it of all.
_IN_A_CASE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?<!check )(?<!see )(?<!know )(?<!test )if\b|^(?:otherwise|alternatively|unless|should)\b|"
        r"\bin case\b|\bin the event\b|^when\b.*?(?:\b(?:not|no|fail\w*|stuck|broken)\b|n[’']t\b)",
        re.I,
    ),
    "zh": re.compile(r"如果|若(?!干)|假如|要是|倘若|万一|一旦|否则|不然|除非|的话|^当.*(?:不|无法|失败|没)"),
}
# Who asks so speaks of a case.
_OF_A_CASE = re.compile(
    r"\b(?:if|when|fail\w*|broken?|stuck|hang\w*|interrupt\w*|abort\w*|crash\w*|not|no|cannot|without|wrong|old(?:er)?|"
    r"problems?|trouble|instead|otherwise)\b|n[’']t\b|\bwhat (?:now|(?:do|should|can|must) (?:i|we) do)\b|"
    r"怎么办|咋办|如果|若|假如|要是|万一|的话|失败|[不没无未断坏卡满]|出[错现]|报错|问题|异常|冲突",
    re.I,
)
# Without them, or with another one, a heading names something else.
_TURNS = re.compile(r"\b(?:not|no|without|on|off|in|out|up|down|before|after)\b", re.I)
# A heading that names several, as cases may be ("Install on Linux and Windows").
_SEVERAL = re.compile(r"\b(?:and|or)\b|[,/&+、，和与及或]", re.I)
_ENDS_CASE = re.compile(r"[,，;；:：.。!！?？\n]")
_LATIN = re.compile(r"[a-z0-9]+")
_HAN_PAIR = re.compile(r"[\u3400-\u9fff]{2}")


def of_the_way(found: Retrieval) -> Retrieval:
    """What was found, as sure as it was, without what only stands before the way to do what is asked."""
    return _below_its_name(_without_cases(found))


def _below_its_name(found: Retrieval) -> Retrieval:
    """Of sections with a command or with steps whose heading names what is asked how to do, if the best sentence
    stands in no section that it names.
    """
    best = best_of(found)
    if best is None or not asks_for_code(found.question):
        return found
    named = set(_across_named(found) if found.across else _named(found))
    if any(best in one.sentences for one in found.passages if _section(one) in named):
        return found
    named &= {_section(one) for one in found.passages if one.steps or _holds_code(one)}
    return _of_sections(found, named) if named else found


def _holds_code(one: RankedPassage) -> bool:
    return any(holds_code(each.text) for each in one.sentences)


def heading_words(found: Retrieval, home: RankedPassage) -> frozenset[str]:
    """The question's words that stand in the heading of its section."""
    return _words_of(found, home.heading.rpartition(" › ")[2])


def _named(found: Retrieval) -> Iterator[Section]:
    asked = wanted_of_code(found.question) or found.question
    words = set(question_tokens(asked))
    pairs = {word for word in words if _HAN_PAIR.fullmatch(word)}
    turns = set(_TURNS.findall(asked.casefold()))
    for one in found.passages:
        heading = one.heading.rpartition(" › ")[2]
        own = set(tokenize(heading))
        below = own.union(tokenize(one.title))
        if (
            words - pairs <= below
            and (pairs & own if pairs else words & own)
            and turns <= set(_TURNS.findall(heading.casefold()))
        ):
            yield _section(one)


def _across_named(found: Retrieval) -> Iterator[Section]:
    """Those of whose words more than half are the question's: a glossary knows one word for each."""
    for one in found.passages:
        heading = one.heading.rpartition(" › ")[2]
        if 2 * len(words_shared(found.question, heading)) > len(set(tokenize(heading))) > 0:
            yield _section(one)


def _without_cases(found: Retrieval) -> Retrieval:
    """Without commands for a case of which the question does not speak, where their section has others. Where the
    best sentence is one of them, its section is still what the search is sure of.
    """
    if _OF_A_CASE.search(found.question):
        return found
    left_out: set[int] = set()
    best = best_of(found)
    of_best: set[Section] = set()
    for section, passages in _sections(found):
        unasked = {id(one) for one in _of_cases_unasked(found, passages)}
        left_out |= unasked
        if id(best) in unasked:
            of_best = {section}
    kept = only(found, lambda one: id(one) not in left_out)
    return _of_sections(kept, of_best) if of_best else kept


def _of_cases_unasked(found: Retrieval, passages: list[RankedPassage]) -> Iterator[RankedSentence]:
    """A section's commands for cases, if it has others: if the question has only the heading's words of the case,
    and only these and the others' of the command. A heading that names several does not say which is meant.
    """
    commands = [one for passage in passages for one in passage.sentences if holds_code(one.text)]
    cases = [(one, _case_of(one, passages[0].language)) for one in commands]
    always = "\n".join(one.text for one, case in cases if not case)
    task = "\n".join(part for part in passages[0].heading.split(" › ") if not _SEVERAL.search(part))
    named, known = _words_of(found, task), _words_of(found, f"{task}\n{always}")
    for one, case in cases:
        if always and case and _words_of(found, case) <= named and _words_of(found, one.text) <= known:
            yield one


def _sections(found: Retrieval) -> Iterator[tuple[Section, list[RankedPassage]]]:
    sections: dict[Section, list[RankedPassage]] = {}
    for one in found.passages:
        sections.setdefault(_section(one), []).append(one)
    yield from sections.items()


def _of_sections(found: Retrieval, sections: set[Section]) -> Retrieval:
    return replace(found, passages=tuple(one for one in found.passages if _section(one) in sections))


def _case_of(command: RankedSentence, language: Language) -> str:
    """In which case it is to be done, as its sentence says; empty where it is in any."""
    for part in parts(command.text):
        if not part.is_code and (found := _IN_A_CASE[language].search(part.text)):
            text = part.text
            begins = max((end.end() for end in _ENDS_CASE.finditer(text, 0, found.start())), default=0)
            ends = _ENDS_CASE.search(text, found.end())
            return text[found.start() if language == "en" else begins : ends.start() if ends else len(text)]
    return ""


def _words_of(found: Retrieval, text: str) -> frozenset[str]:
    """The question's words that stand in it; names are written in Latin letters in Chinese, too."""
    if found.across:
        return words_shared(found.question, text)
    held = words_held(found.question, text)
    if found.language != "zh":
        return held
    return held.union(set(_LATIN.findall(found.question.casefold())).intersection(_LATIN.findall(text.casefold())))


def _section(one: RankedPassage) -> Section:
    return (one.document_id, one.heading) if one.heading else (one.passage_id, "")
