"""Text as the checks see it, with the way back to the text as written.

Every character is normalised by itself: the normal form of a stream is then the sum of the normal forms of its
pieces, wherever it was cut, which a window over a stream relies on.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

# Marks, and characters without width that hide a word's letters from a search: joiners, soft hyphen, variation
# selectors, direction controls, tags.
_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}
# White space as a reader sees it, whatever its kind: also what is a letter or a sign and shows nothing.
_SPACES = {
    **dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\x1f\u115f\u1160\u1680\u2800"), " "),
}
# Small letters that look like a Latin one, or are one with a stroke or of another shape.
_LOOK_ALIKES = str.maketrans(
    "авсԁеһніјкмоԛрѕтуԝх" + "αβεικνορτυχ" + "ɑʙƀᴄđᴅᴇƒꜰɡɢħʜıɨɪᴊᴋłʟᴍɴøᴏᴘʀꜱŧᴛᴜʉᴠᴡʏᴢ",
    "abcdehhijkmoqpstywx" + "abeikvoptux" + "abbcddeffgghhiiijkllmnooprsttuuvwyz",
)
_KEPT = "\n\t\r"
# Characters without width between two letters: a reader sees one word, whoever put them there may have meant two. A
# soft hyphen is none of them.
_HIDDEN = re.compile(
    "(?<=\\w)[\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\U000e0000-\\U000e007f]+(?=\\w)"
)


@dataclass(frozen=True)
class Normal:
    """`text[i]` came from the original's character `origin[i]`; `length` is the original's length.

    `parted` is the same with a sign for what is hidden between two letters, as that may stand for the blank of a
    phrase; None where nothing is. `signs` are then where these stand in its text.
    """

    text: str
    origin: Sequence[int]
    length: int
    parted: "Normal | None" = None
    signs: frozenset[int] = frozenset()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span for text[start:end]; `end` > `start`. What was left out behind its end is in it."""
        return self.origin[start], self.raw_start(end) if end - 1 in self.signs else self.origin[end - 1] + 1

    def has_sign_within(self, start: int, end: int) -> bool:
        """Whether text[start:end] has one of the `signs` in it and none beside it: there the word would go on."""
        return not self.signs.isdisjoint(range(start, end)) and self.signs.isdisjoint((start - 1, end))

    def raw_start(self, position: int) -> int:
        """Where in the original text[position:] begins; the original's length at the end."""
        return self.origin[position] if position < len(self.origin) else self.length


@functools.lru_cache(maxsize=16384)
def _character(character: str) -> str:
    """Compatibility form (full width to ASCII), case folded, without marks; "" for what cannot be seen.

    A letter that looks like a Latin one is that one, and white space a blank or a line break.
    """
    folded = unicodedata.normalize("NFKD", character).casefold()
    parts = unicodedata.normalize("NFKD", folded).translate(_SPACES).translate(_LOOK_ALIKES)
    return "".join(part for part in parts if part in _KEPT or unicodedata.category(part) not in _INVISIBLE)


# What most texts are made of alone: each character is exactly one in normal form, the second kind another one.
_PLAIN = re.compile("[\t\n\r -~\u3001-\u3017\u4e00-\u9fff\uff01-\uff5e]*")
_PLAIN_FORMS = {code: _character(chr(code)) for code in (*range(0x41, 0x5B), *range(0xFF01, 0xFF5F))}


def normalise(text: str) -> Normal:
    if _PLAIN.fullmatch(text):
        return Normal(text.translate(_PLAIN_FORMS), range(len(text)), len(text))
    normal = _each(text)
    places = {match.start() for match in _HIDDEN.finditer(text)}
    if not places:
        return normal
    parted = _each(_HIDDEN.sub(lambda match: "_" + match[0][1:], text))
    signs = frozenset(at for at, origin in enumerate(parted.origin) if origin in places)
    return replace(normal, parted=replace(parted, signs=signs))


def _each(text: str) -> Normal:
    characters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for part in _character(character):
            characters.append(part)
            origin.append(index)
    return Normal("".join(characters), tuple(origin), len(text))


def term_shown(term: str) -> str:
    """A word or phrase as a list shows it: in one line, without what cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in term).split())


def term_normal(term: str) -> str:
    """It as it is compared; also an accent by itself leaves a blank, which no text needs to have."""
    return normalise(term_shown(term)).text.strip()
