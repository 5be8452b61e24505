"""All that an answer quotes of a source: the source itself tells only what was quoted of it first."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from apps.core.fences import parts
from apps.core.markdown import CITED

from ..models import Message

Span = tuple[int, int]
_END = re.compile(r"""\n|[。！？…][”’」』）)"']*|[.!?][”’)"']*(?=\s)""")  # of a sentence
_WORD = re.compile(r"\w+|[^\w\s]")


def quotes(message: Message, source: dict[str, Any]) -> list[str]:
    """Its excerpt, and the whole sentences and code of its passage that the answer says, in the passage's order;
    what stands together is one. Only the excerpt where the passage is not known.
    """
    excerpt = str(source.get("excerpt", ""))
    passage = _passage(message, str(source.get("passage", "")))
    own = _place(excerpt, passage)
    if own is None:
        return [excerpt] if excerpt else []
    code = {part.text: (part.start, part.end) for part in parts(passage) if part.is_code}
    sentences = _sentences(passage)
    said = [own]
    for piece in _pieces(message.text, source["number"]):
        said += [code[piece]] if piece in code else _made_of(piece, sentences)
    apart: list[Span] = []
    for start, end in sorted(said):
        if apart and not passage[apart[-1][1] : start].strip():
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return [passage[start:end] for start, end in apart]


def _passage(message: Message, passage_id: str) -> str:
    """As it was when it was quoted."""
    generation = getattr(message, "generation", None)
    found = generation.retrieval.get("passages", []) if generation else []
    return next((str(one["text"]) for one in found if one["passage"] == passage_id and one.get("text")), "")


def _pieces(text: str, number: int) -> Iterator[str]:
    """The lines that end in `[number]`, and the code right behind it."""
    behind = 0
    for part in parts(text):
        if part.is_code:
            if behind == number:
                yield part.text
            continue
        begins = behind = 0
        for cite in CITED.finditer(part.text):
            behind = int(cite[1])
            if behind == number:
                yield from filter(str.strip, part.text[begins : cite.start()].split("\n"))
            begins = cite.end()
        if part.text[begins:].strip():
            behind = 0


def _sentences(passage: str) -> dict[str, list[Span]]:
    """By their words, the longest first, where each stands."""
    found: dict[str, list[Span]] = {}
    start = 0
    for end in [*(mark.end() for mark in _END.finditer(passage)), len(passage)]:
        if sentence := passage[start:end].strip():
            begin = passage.index(sentence, start)
            found.setdefault(_words(sentence), []).append((begin, begin + len(sentence)))
        start = end
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


def _made_of(line: str, sentences: dict[str, list[Span]]) -> list[Span]:
    """The sentences that a line consists of; none where anything else is in it, as in what a model says itself."""
    words, place = _words(line), 0
    found: list[Span] = []
    while place < len(words):
        told = next((one for one in sentences if words.startswith(one, place)), None)
        if told is None:
            return []
        spans = sentences[told]
        behind = bisect_right(spans, found[-1]) if found else 0
        found.append(spans[behind] if behind < len(spans) else spans[0])
        place += len(told)
    return found


def _words(text: str) -> str:
    """Each with an end of its own, so that one never begins another."""
    return "".join(f"{word}\n" for word in _WORD.findall(text))


def _place(excerpt: str, passage: str) -> Span | None:
    """Where it stands, whatever blanks and line ends part its words."""
    wanted, words = excerpt.split(), list(re.finditer(r"\S+", passage))
    text = " ".join(word[0] for word in words)
    start = text.find(" ".join(wanted)) if wanted else -1
    if start < 0:
        return None
    first = text.count(" ", 0, start)
    last = words[first + len(wanted) - 1]
    begin = words[first].start() + start - (text.rfind(" ", 0, start) + 1)
    return begin, (begin if len(wanted) == 1 else last.start()) + len(wanted[-1])
