"""Markdown of an answer, read as the chat reads it: HTML stays text, a formula its TeX, an image is what it
says, links lead to pages and mailboxes alone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .tex import read_tex

MOST = 20_000  # characters that are marked up while somebody waits: a second of work at the very worst
CITED = re.compile(r"(?<!\s)\s*\[(\d{1,2})\]")  # linear, whatever blanks a text has
_LINK = re.compile(r"(?:https?://|mailto:)", re.I)
_NO_BREAK = "\u2060"  # a number never begins a line


class _Page(RendererHTML):
    """HTML. `env["cited"]` has where each source's number leads, "" for nowhere; other numbers are text."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        text, cited = tokens[idx].content, env.get("cited", {})
        parts, place = [], 0
        for found in CITED.finditer(text):
            if (address := cited.get(int(found[1]))) is not None:
                parts += [conditional_escape(text[place : found.start()]), _number(found[1], address)]
                place = found.end()
        return "".join([*parts, conditional_escape(text[place:])])

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return str(conditional_escape(tokens[idx].content))

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        tokens[idx].attrs |= {"rel": "noopener noreferrer nofollow", "target": "_blank"}
        return self.renderToken(tokens, idx, options, env)


def _number(number: str, address: str) -> SafeString:
    if address:
        return format_html('{}<a class="cite" href="{}">{}</a>', _NO_BREAK, address, number)
    return format_html('{}<span class="cite">{}</span>', _NO_BREAK, number)


MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Page)
MARKDOWN.enable(["table", "strikethrough"])
read_tex(MARKDOWN)
MARKDOWN.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]


def markdown_html(text: str, cited: Mapping[int, str] | None = None) -> SafeString:
    """`cited` maps the numbers of sources to where they lead, "" for nowhere."""
    return mark_safe(MARKDOWN.render(text, {"cited": cited or {}}))  # noqa: S308  the renderer escapes each text


def markdown_plain(text: str) -> str:
    """The words on one line, without the marks; code in a box only where there is nothing else."""
    tokens = MARKDOWN.parse(text)
    words = [_words(token) for token in tokens if token.type in ("inline", "code_block")]
    code = [token.content for token in tokens if token.type == "fence"]
    return " ".join(" ".join(words).split() or " ".join(code).split())


def _words(token: Token) -> str:
    parts = (" " if "break" in child.type else child.content for child in token.children or ())
    return "".join(parts) if token.children else token.content
