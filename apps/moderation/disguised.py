"""Listed words in disguise: characters hidden between letters, letters repeated, digits in place of letters."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .checks import Check, Hit
from .checks.words import WordCheck
from .normal import Normal

_SHORTEST = 3  # letters of a term that is looked for so
_SHORTEST_WRITTEN = 4  # with digits and signs for letters: A5S and T1T are codes
# No English word has a letter three times in a row; a longer run than this is not looked at.
_REPEATED = re.compile(r"([a-z])\1{2,63}(?!\1)")
_REPEATED_OR_OPEN = re.compile(r"([a-z])(?:\1{2,63}(?!\1)|\1\Z)")
_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
# Between letters: at the end of a word digits count something, as in a code.
_WITHIN = re.compile(r"(?<=[a-z])[013457@$!]{1,3}(?=[a-z])")
_WITHIN_OR_OPEN = re.compile(r"(?<=[a-z])[013457@$!]{1,3}(?=[a-z]|\Z)")
# A code goes on so, and an address: G00K-1, tw@t.com.
_OF_A_CODE, _BEHIND_A_CODE, _OF_AN_ADDRESS = re.compile(r"-\d"), re.compile(r"(?<=\d-)"), re.compile(r"\.[a-z]{2}")
_MAY_GO_ON = re.compile(r"(?:-|\.[a-z]?|(?<=[a-z])[013457@$!]{1,3})\Z")

# What has neither of these hides no word: most pieces need one look.
_MAY_HIDE = re.compile(r"([a-z])(?:\1|[013457@$!])")


def hits_of(check: Check, normal: Normal) -> list[tuple[Hit, int, int]]:
    """What it finds, with start and end in the text as written; of word lists also words in disguise."""
    found = [(hit, *normal.raw_span(hit.start, hit.end)) for hit in check.find(normal.text)]
    if isinstance(check, WordCheck) and _may_hide(normal):
        known = {(hit.term, start, end) for hit, start, end in found}
        seen_as = [(seen, _is_disguised) for seen in _disguises(normal, _REPEATED)]
        seen_as += [(seen, _is_written) for seen in _written(normal, _WITHIN)]
        for seen, counts in seen_as:
            over = (hit for hit in check.find(seen.text) if counts(hit, seen, normal))
            more = ((hit, *seen.raw_span(hit.start, hit.end)) for hit in over)
            found += [(hit, start, end) for hit, start, end in more if (hit.term, start, end) not in known]
    return found


def open_from(check: Check, normal: Normal) -> int:
    """Where in the text as written the part begins that only later text decides."""
    start = normal.raw_start(check.open_from(normal.text))
    if isinstance(check, WordCheck) and _may_hide(normal):
        seen_as = [(seen, seen.text) for seen in _disguises(normal, _REPEATED_OR_OPEN)]
        seen_as += [(seen, seen.text) for seen in _written(normal, _WITHIN_OR_OPEN)]
        seen_as += [(seen, _MAY_GO_ON.sub("", seen.text)) for seen in _written(normal, _WITHIN)]
        start = min([start, *(seen.raw_start(check.open_from(text)) for seen, text in seen_as)])
    return start


def _may_hide(normal: Normal) -> bool:
    return normal.parted is not None or _MAY_HIDE.search(normal.text) is not None


def _is_disguised(hit: Hit, seen: Normal, normal: Normal) -> bool:
    """AAA is not “AA”, and one disguise is enough: only what is hidden may stand beside gaps between letters."""
    if not seen.has_sign_within(hit.start, hit.end):
        return False
    return seen is normal.parted or (len(hit.term) >= _SHORTEST and seen.text[hit.start : hit.end] == hit.term)


def _is_written(hit: Hit, seen: Normal, normal: Normal) -> bool:
    """Whether it is a word with digits or signs for letters, and no code or address."""
    if len(hit.term) < _SHORTEST_WRITTEN or not _is_disguised(hit, seen, normal):
        return False
    text = normal.text
    if _OF_A_CODE.match(text, hit.end) or _BEHIND_A_CODE.match(text, hit.start):
        return False
    return "@" not in text[hit.start : hit.end] or not _OF_AN_ADDRESS.match(text, hit.end)


def _disguises(normal: Normal, repeated: re.Pattern[str]) -> Iterator[Normal]:
    """The text without what may hide a word; `signs` are where that stood."""
    if normal.parted:
        yield normal.parted
    if runs := list(repeated.finditer(normal.text)):
        for kept in (1, 2):
            yield _without(normal, [(run.start() + kept, run.end()) for run in runs])


def _written(normal: Normal, within: re.Pattern[str]) -> Iterator[Normal]:
    """The text with the letters that digits and signs look like; `signs` are where they stand."""
    if found := list(within.finditer(normal.text)):
        text = within.sub(lambda match: "".join(_DIGITS[sign] for sign in match[0]), normal.text)
        yield replace(normal, text=text, signs=frozenset(at for match in found for at in range(*match.span())))


def _without(normal: Normal, spans: list[tuple[int, int]]) -> Normal:
    """The text without these spans, with signs where the letter before each stands."""
    kept: list[str] = []
    origin: list[int] = []
    signs: list[int] = []
    last = 0
    for start, end in [*spans, (len(normal.text), len(normal.text))]:
        kept.append(normal.text[last:start])
        origin += normal.origin[last:start]
        signs.append(len(origin) - 1)
        last = end
    return Normal("".join(kept), origin, normal.length, signs=frozenset(signs[:-1]))
