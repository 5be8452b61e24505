"""Formulas in Markdown as the chat finds them: their TeX stays as it was written, marks and all, as code."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_CLOSING = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}
_SINGLE = re.compile(r"\$(?!\s)((?:\\[^\n]|[^\\$\n])+?)(?<!\s)\$(?![0-9A-Za-z])")
_SIGN = re.compile(r"[\\^_={}]")  # what only a formula has: an amount of money has none


def read_tex(markdown: MarkdownIt) -> None:
    """Teaches a reader of Markdown."""
    markdown.inline.ruler.before("escape", "tex", _rule)


def _rule(state: StateInline, silent: bool) -> bool:
    length = _length(state.src, state.pos)
    if not length:
        return False
    if not silent:
        state.push("code_inline", "code", 0).content = state.src[state.pos : state.pos + length]
    state.pos += length
    return True


def _length(text: str, place: int) -> int:
    """Of the formula that begins there, 0 for none."""
    opening = text[place : place + 2]
    if closing := _CLOSING.get(opening):
        end = text.find(closing, place + 2)
        tex = text[place + 2 : end] if end > 0 else ""
        # A bracket is escaped in the same way as a formula begins.
        return end + 2 - place if tex.strip() and (opening != r"\[" or _SIGN.search(tex)) else 0
    if not opening.startswith("$") or re.match(r"[0-9A-Za-z$\\]", text[max(place - 1, 0) : place]):
        return 0
    found = _SINGLE.match(text, place)
    return len(found[0]) if found and _SIGN.search(found[1]) else 0
