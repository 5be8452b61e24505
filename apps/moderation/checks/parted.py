"""Listed words with something put between their letters: 臭 图 书 馆, snorbel-fax, s.n.o.r.b.e.l."""

import re
from dataclasses import dataclass

_JOINS = "-‐_*~"  # of these one may stand anywhere in a Latin word; any other only where all its letters are apart
_RUN = re.compile(rf"[{re.escape(_JOINS)} \t.·・•]+")
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

    def is_one(self, start: int, end: int, behind: str = "") -> bool:
        """Whether text[start:end] may be one word, with `behind` between it and a letter that is yet to come.

        Between words of a script with spaces a blank is nothing unusual: there it counts only where each letter has
        one. Of Chinese nobody can tell a word's borders, with blanks or without.
        """
        gaps = [
            self.of[self.origin[at] + 1 : self.origin[at + 1]]
            for at in range(start, end - 1)
            if is_letter(self.text[at]) and is_letter(self.text[at + 1])
        ]
        if behind and is_letter(self.text[end - 1]):
            gaps.append(behind)
        return all(gaps) or all(gap in _JOINS for gap in gaps)


def joined(text: str) -> Joined:
    """Chinese characters over any such run in a line, Latin letters over a single sign, digits over none."""
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


def is_long_enough(term: str) -> bool:
    return not is_letter(term[0]) or len(term) >= _SHORTEST


def _may_join(left: str, between: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return False  # 19-84 are two numbers
    return _may_follow(left, between) and right.isalnum() and is_letter(left) == is_letter(right)


def _may_follow(left: str, between: str) -> bool:
    return left.isalnum() and (len(between) == 1 or not is_letter(left))
