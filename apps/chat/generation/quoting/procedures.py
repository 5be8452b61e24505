"""Who asks how to do something is told the whole of a procedure, in its order, and not a step or two of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from apps.core.fences import holds_code
from apps.knowledge.retrieval.types import RankedPassage, RankedStep, Retrieval
from apps.knowledge.services import asked_kind

from ..asking.coded import asks_for_code, asks_yes_or_no
from ..asking.sameness import normal_form
from .forbidding import introduced, steps_forbidden_by
from .rows import words_held

MOST_STEPS, SLACK = 10, 2  # that are said; so few more do not end it
MOST_CHARACTERS = {"en": 1_500, "zh": 750}
_INDENT = "   "
_LEADS = re.compile(r"[:：]$")
_TO_DO = re.compile(
    r"\bwhat (?:now\b|to do\b|(?:do|should|can|must|shall|would) (?:i|we|you) (?:have to |need to )?do\b|"
    r"happens? next(?= (?:in|with|when|if|after)\b|\W*$))|"
    r"\bwhat (?:are|is|'s) the (?:steps?|procedure|process|way)\b|\bwalk me through\b|"
    r"怎么办|咋办|咋整|[要该需][做]?(?:做什么|干什么|干嘛)",
    re.I,
)
_HOW = re.compile(r"\bhow (?:do|does|did|can|could|should|would|must|to)\b|怎么|如何|怎样|咋", re.I)
# Nothing but the way is asked for where one of them ends the question: not 手续费, 流程时间, "our guide".
_WAY = re.compile(
    r"\b(?:instructions?|procedure)(?: (?:for|to|on|of) [^,;.?!]+)?\W*$|\bguide (?:to|on|for) [^,;.?!]+\W*$|"
    r"(?:流程|步骤|手续|教程|办法|操作方法)(?:是什么|是啥|有哪些|有什么|怎[么样]走)?[呢啊呀]?\W*$",
    re.I,
)
_STEPS = re.compile(r"\bsteps\b|\bprocedure\b|\binstructions\b|步骤|流程|手续", re.I)
_WHICH_STEP = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|following|previous|"
    r"\d{1,2}(?:st|nd|rd|th)) step\b|"
    r"\bstep (?:no\.? |number )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight)\b|"
    r"\bwhat (?:comes|happens|do (?:i|we) do|should (?:i|we) do|must (?:i|we) do) (?:next|after|before|then)\W*$|"
    r"\bwhat(?: i|[’']?)s next\W*$|第[一二三四五六七八九十\d]{1,3}步|[上下前后]一步|最后一步|"
    r"接下来(?:[我你]?[该要]?(?:应该|需要)?(?:怎么|如何|咋|[做干是](?:什么|啥))|[呢啊呀]?\W*$)",
    re.I,
)
_AFTER = re.compile(
    r"\bwhat (?:comes|happens|do (?:i|we) do|should (?:i|we) do|must (?:i|we) do) (?:after|before)\b|"
    r"(?:[之以]?后|完了?)(?:再|又|还)?[做干](?:[什甚]么|啥|嘛)",
    re.I,
)
# What asks for no more than the step itself.
_WHAT_STEP = re.compile(
    r"\bwhat(?:[’']?s| is| are| comes| happens| (?:do|should|must) (?:i|we) do)\b|"
    r"[是做干]?(?:[什甚]么|啥)(?=[呢啊呀]?\W*$)|哪一?步",
    re.I,
)
_WHICH_WAY = re.compile(
    r"(?:什么|哪些)(?=流程|步骤|手续|教程|办法|操作方法)|(?:是什么|是啥|有哪些|有什么|怎[么样]走)[呢啊呀]?(?=\W*$)"
)
_ASKS = re.compile(
    r"\b(?:what|which|who|whose|whom|when|where|why|how)\b|[哪几谁啥]|[什甚]么|多[少久长]|为何", re.I
)
# 怎么收费 asks how much.
_OF_MONEY = re.compile(r"(?:怎么|如何|咋)(?:个)?(?:收费|算钱|计费|卖|收)")


@dataclass(frozen=True)
class Part:
    """Steps of a procedure that stand together in one passage, or there on one page: `said` as an answer has them,
    `excerpt` as the passage does. One that `leads` to them is a sentence of their section.
    """

    passage: RankedPassage
    said: str
    excerpt: str
    page: int | None = None
    leads: bool = False


@dataclass(frozen=True)
class Procedure:
    """What is said of it, and how many `more` steps it has."""

    parts: tuple[Part, ...]
    more: int = 0


@dataclass(frozen=True)
class _Line:
    """A sentence of a procedure, where it stands."""

    home: RankedPassage
    step: RankedStep

    @property
    def page(self) -> int | None:
        return self.step.page

    @property
    def number(self) -> int:
        """Of the procedure's own steps; 0 for what stands in one."""
        return self.step.number if self.step.deep == 1 else 0

    @property
    def text(self) -> str:
        return self.home.text[self.step.start : self.step.end]


def says_how(question: str) -> bool:
    """Whether the question itself says that the way is asked for, not when, how many, who or whether."""
    if _TO_DO.search(question):
        return True
    if _OF_MONEY.search(question):
        return False
    if asks_for_code(question):
        return _HOW.search(question) is not None or asked_kind(question) in {None, "way"}
    return _WAY.search(question) is not None and not _asks_a_fact(question)


def asks_for_steps(question: str) -> bool:
    """Whether it says so in these words, so that nothing but a procedure answers."""
    return _STEPS.search(question) is not None


def asks_which_step(question: str, home: RankedPassage) -> bool:
    """Whether one of the passage's is asked for by its place: "the third step", 第三步, "what comes after …" a word
    of one of them. Who asks when it is, or whether it has to be, asks for a fact.
    """
    after = _AFTER.search(question)
    said = question.replace(after.group(), " ") if after else ""
    placed = _WHICH_STEP.search(question) or (
        after and any(words_held(said, home.text[one.start : one.end]) for one in home.steps)
    )
    return bool(placed) and not _asks_a_fact(_WHAT_STEP.sub("", question))


def names_it(question: str, home: RankedPassage) -> bool:
    """Whether the question is what stands above a passage, as who only names something may write it."""
    heading = normal_form(home.heading.rpartition(" › ")[2] or home.title, home.language)
    return bool(heading) and heading == normal_form(question, home.language) and not _asks_a_fact(question)


def _asks_a_fact(question: str) -> bool:
    rest = _WHICH_WAY.sub("", question)
    return asked_kind(rest) not in {None, "way"} or asks_yes_or_no(rest) or _ASKS.search(rest) is not None


def procedure_at(home: RankedPassage, start: int) -> Procedure | None:
    """The one of which the sentence that begins there is a step, or to which it leads."""
    for run in _runs(home):
        if any(line.home is home and line.step.start == start for line in run):
            return _told(run)
        first = run[0]
        if first.home is home and _leads(home, start, first.step.start):
            return _told(run)
    return None


def is_step(home: RankedPassage, start: int) -> bool:
    """Whether the sentence that begins there is of a procedure."""
    return any(line.home is home and line.step.start == start for run in _runs(home) for line in run)


def only_procedure(found: Retrieval, home: RankedPassage) -> Procedure | None:
    """That of the section in which `home` stands, where it has one alone."""
    section = [one for one in found.passages if (one.document_id, one.heading) == (home.document_id, home.heading)]
    runs = {(run[0].home.passage_id, run[0].step.start): run for one in section for run in _runs(one)}
    return _told(next(iter(runs.values()))) if home.heading and len(runs) == 1 else None


def steps_within(home: RankedPassage, procedure: Procedure) -> tuple[int, int]:
    """From where to where a passage's text has what is said of it; nowhere where another one has."""
    for part in procedure.parts:
        if (
            not part.leads
            and part.passage.passage_id == home.passage_id
            and (at := home.text.find(part.excerpt)) >= 0
        ):
            return at, at + len(part.excerpt)
    return 0, 0


def _leads(home: RankedPassage, start: int, first: int) -> bool:
    """Whether a sentence stands right before the first step, and says that they follow."""
    own = next((one for one in home.sentences if one.start == start), None)
    between = home.text[own.end : first] if own else " "
    return own is not None and own.end <= first and bool(_LEADS.search(own.text)) and not between.strip(" \n1.")


def _runs(home: RankedPassage) -> Iterator[list[_Line]]:
    """The procedures of a passage, with what others have of them: of each the steps count up, two at least."""
    run: list[_Line] = []
    last = 0
    for line in (_Line(one, step) for one in (*home.before, home, *home.after) for step in one.steps):
        if line.number and line.number <= last:
            yield from [run] if _is_run(run) else []
            run, last = [], 0
        if line.number or run:
            run.append(line)
            last = line.number or last
    yield from [run] if _is_run(run) else []


def _is_run(run: Sequence[_Line]) -> bool:
    return sum(line.number > 0 for line in run) > 1


def _told(run: Sequence[_Line]) -> Procedure:
    """Its first steps, as far as it goes at a sensible length."""
    steps = sum(line.number > 0 for line in run)
    most = steps if steps <= MOST_STEPS + SLACK else MOST_STEPS
    kept: list[_Line] = []
    told = size = 0
    for line in run:
        size += len(line.text)
        if line.number:
            following = size > MOST_CHARACTERS[line.home.language] and told > 0
            if told == most or following:
                break
            told += 1
        kept.append(line)
    return Procedure(tuple(_below_what_forbids(_parts(kept), kept[0])), steps - told)


def _below_what_forbids(parts: Iterator[Part], first: _Line) -> Iterator[Part]:
    """A numbered list of what is not to be done says so above it."""
    before = steps_forbidden_by(first.step.start, first.home)
    for place, part in enumerate(parts):
        above = f"{introduced(before, first.home.language).rstrip()}\n\n" if before and not place else ""
        yield replace(part, said=above + part.said)


def _parts(lines: Sequence[_Line]) -> Iterator[Part]:
    own: list[_Line] = []
    for line in lines:
        if own and (line.home is not own[-1].home or (line.page != own[-1].page and line.number)):
            yield _part(own)
            own = []
        own.append(line)
    if own:
        yield _part(own)


def _part(lines: Sequence[_Line]) -> Part:
    home = lines[0].home
    said = _opening(lines[0])
    for before, line in pairwise(lines):
        gap = home.text[before.step.end : line.step.start]
        said += _said(before) + ("\n" + _opening(line) if "\n" in gap else gap)
    said += _said(lines[-1])
    begins = home.text.rfind("\n", 0, lines[0].step.start) + 1 if lines[0].step.number else lines[0].step.start
    return Part(home, said, home.text[begins : lines[-1].step.end], lines[0].page)


def _opening(line: _Line) -> str:
    """What stands before a line that begins with it, in Markdown."""
    if line.step.number:
        return f"{_INDENT * (line.step.deep - 1)}{line.step.number}. "
    return _INDENT * line.step.deep


def _said(line: _Line) -> str:
    """Code stands in its step."""
    return line.text.replace("\n", f"\n{_INDENT * line.step.deep}") if holds_code(line.text) else line.text
