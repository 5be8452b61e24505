"""Listed words with something put between their letters: 臭 图 书 馆, snorbel-fax, s.n.o.r.b.e.l."""

import re
from dataclasses import dataclass

_LIGHT = "_*"  # of these any number may stand anywhere in a Chinese word, as marks of Markdown do
_JOINS = "-‐_*~"  # of these one may stand anywhere in a Latin word; any other only where all its letters are apart
_BLANKS = " \t"
_RUN = re.compile(rf"[{re.escape(_JOINS)}.·・•]+|[{_BLANKS}]+")  # signs beside blanks part words: “. ”, “ - ”
_SHORTEST = 3  # letters of a Latin word that is looked for so


def is_letter(character: str) -> bool:
    """Letters and digits of scripts that put spaces between words; Chinese characters are no such thing."""
    return character.isalnum() and character < "\u2e80"


@dataclass(frozen=True)
class Joined:
    """A text without what stands between letters that may belong together: `text[i]` is `of[origin[i]]`."""

    of: str
    text: str
    origin: list[int]

    def may_be_one(self, start: int, end: int, behind: str = "") -> bool:
        """Whether text[start:end] may begin one word, with `behind` between it and a letter that is yet to come.

        Between words of a script with spaces a blank is nothing unusual: there it counts only where each letter has
        one.
        """
        gaps = self._gaps(start, end, spaced=True)
        if behind and is_letter(self.text[end - 1]):
            gaps.append(behind)
        return all(gaps) or all(gap in _JOINS for gap in gaps)

    def is_one(self, start: int, end: int) -> bool:
        """Whether text[start:end] is one word, and neither part of one that is spelled out nor of two clauses."""
        return (
            self.may_be_one(start, end) and self._is_all_that_is_spelled(start, end) and self._is_clause(start, end)
        )

    def _is_all_that_is_spelled(self, start: int, end: int) -> bool:
        gaps = self._gaps(start, end, spaced=True)
        if not gaps or not all(gaps):
            return True
        first, last = self.origin[start], self.origin[end - 1]
        return not (self._goes_on(first, -1, gaps) or self._goes_on(last, 1, gaps))

    def _goes_on(self, edge: int, step: int, gaps: list[str]) -> bool:
        """Whether behind a gap of the same kind stands another letter; behind a blank one that has no neighbour."""
        at = range(edge, edge + 4 * step, step)
        own, between, letter, next_one = (self.of[i] if 0 <= i < len(self.of) else "" for i in at)
        if not (is_letter(own) and between in gaps and is_letter(letter)):
            return False
        return between not in _BLANKS or not is_letter(next_one)

    def _is_clause(self, start: int, end: int) -> bool:
        """A blank may part two clauses of Chinese, a sign two sentences.

        Within a word they stand between all of its characters (three or more), or it is one blank, and the clause
        ends with the word.
        """
        gaps = self._gaps(start, end, spaced=False)
        heavy = [gap for gap in gaps if gap.strip(_LIGHT)]
        if not heavy or (len(gaps) > 1 and all(gaps)):
            return True
        behind = self.of[self.origin[end - 1] + 1 :][:1]
        return all(gap == " " for gap in heavy) and (not behind.isalnum() or is_letter(behind))

    def _gaps(self, start: int, end: int, *, spaced: bool) -> list[str]:
        """What stands between neighbours of text[start:end] that are both of a script with spaces, or without."""
        return [
            self.of[self.origin[at] + 1 : self.origin[at + 1]]
            for at in range(start, end - 1)
            if is_letter(self.text[at]) is spaced and is_letter(self.text[at + 1]) is spaced
        ]


def joined(text: str) -> Joined:
    """Chinese characters over a run of signs or of blanks, Latin letters over a single one, digits over none."""
    kept: list[str] = []
    origin: list[int] = []
    last = 0
    for run in _RUN.finditer(text):
        if run.start() > 0 and run.end() < len(text) and _may_join(text[run.start() - 1], run[0], text[run.end()]):
            kept.append(text[last : run.start()])
            origin += range(last, run.start())
            last = run.end()
    return Joined(text, "".join([*kept, text[last:]]), [*origin, *range(last, len(text))])


def parted_end(text: str) -> str:
    """What stands at the end behind a letter, and may stand before the next one; "" for nothing of the kind."""
    run = next((run for run in _RUN.finditer(text) if run.end() == len(text)), None)
    if run is None or run.start() == 0 or not _may_follow(text[run.start() - 1], run[0]):
        return ""
    return run[0]


def may_be_spelled_on(text: str) -> bool:
    """Whether behind a letter by itself stands one that the next may show to begin a word."""
    if len(text) < 4 or text[-2] not in _BLANKS:
        return False
    return is_letter(text[-1]) and is_letter(text[-3]) and not is_letter(text[-4])


def is_long_enough(term: str) -> bool:
    return not is_letter(term[0]) or len(term) >= _SHORTEST


def _may_join(left: str, between: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return False  # 19-84 are two numbers
    return _may_follow(left, between) and right.isalnum() and is_letter(left) == is_letter(right)


def _may_follow(left: str, between: str) -> bool:
    return left.isalnum() and (len(between) == 1 or not is_letter(left))
