"""Markdown and MDX: front matter, headings, paragraphs, list items, tables, code."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from apps.core.fences import clean_code

from ..blocks import Block, Extracted, Kind, clean
from ..decode import decode
from .markdown_lists import Lists
from .rows import row_text
from .typed_steps import begins_step, typed_steps

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_MODULE_LINE = re.compile(r"^(?:import\s.+\sfrom\s.+|export\s.+|\{/\*.*?\*/\})$", re.M)
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"))
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TAG_TITLE = re.compile(r"<[A-Za-z][^<>]*?\btitle=\"([^\"<>]{2,120})\"[^<>]*>")
# Indented text is the inside of an MDX tag, not code; raw HTML is taken away before.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["code", "html_block", "html_inline"])
_FENCES = MarkdownIt("zero").enable(["fence", "list", "blockquote"])  # the same rules, and nothing else


def extract(data: bytes) -> Extracted:
    return from_markdown(decode(data))


def from_markdown(source: str) -> Extracted:
    """The title is the front matter's, else that of a first heading of level 1."""
    front: dict[str, Any] = {}
    if match := _FRONT_MATTER.match(source):
        front, source = _front_matter(match.group(1)), source[match.end() :]
    blocks = typed_steps(list(_blocks(_PARSER.parse(_without_tags(source)))))
    named = front.get("title")
    title = clean(str(named)) if isinstance(named, (str, int, float, date)) else ""
    first = blocks[0] if blocks else None
    if first is not None and first.kind == "heading" and first.level == 1 and (not title or first.text == title):
        title, blocks = first.text, blocks[1:]
    return Extracted(title, blocks)


def _front_matter(text: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        return {}  # a page with broken front matter is still a page
    return data if isinstance(data, dict) else {}


def _without_tags(source: str) -> str:
    """Drops HTML and MDX around the text (a tag's title stays), and leaves fenced code as it is."""
    if "```" not in source and "~~~" not in source:
        return _strip(source)
    lines = [f"{line}\n" for line in source.split("\n")]
    parts, end = [], 0
    for fence in _FENCES.parse(source):
        if fence.type == "fence" and fence.map and _is_closed(fence, lines):
            first, behind = fence.map
            parts += [_strip("".join(lines[end:first])), *lines[first:behind]]
            end = behind
    return "".join([*parts, _strip("".join(lines[end:]))])


def _is_closed(fence: Token, lines: list[str]) -> bool:
    """One that nothing closes may stand in a comment, and its tags with it."""
    first, behind = fence.map or (0, 0)
    return behind - first > 1 and lines[behind - 1].strip("> \t\n").startswith(fence.markup)


def _strip(text: str) -> str:
    text = _MODULE_LINE.sub("", _without_comments(text))
    return _TAG.sub("", _TAG_TITLE.sub(r"**\1**\n\n", text))


def _without_comments(text: str) -> str:
    """By hand: an expression would look to the end of the page for each comment that is never closed."""
    for opening, closing in _COMMENTS:
        kept, at = [], 0
        while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
            kept.append(text[at:start])
            at = end + len(closing)
        text = "".join([*kept, text[at:]])
    return text


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    lists = Lists()
    heading = 0
    rows: list[list[str]] = []
    for token in tokens:
        lists.see(token)
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "heading_close":
                heading = 0
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                texts = (row_text(rows[0], row) for row in rows[1:])
                yield from (lists.placed(Block("unit", text)) for text in texts if text)
                rows = []
            case "fence" | "code_block" if code := clean_code(token.content):
                yield lists.placed(Block("code", code))
            case "inline" if rows:
                rows[-1].append(clean(_plain(token.children or [])))
            case "inline":
                for text in _lines(token.children or []):
                    kind: Kind = "heading" if heading else "unit" if lists.depth else "text"
                    yield lists.placed(Block(kind, text, level=heading))


def _lines(tokens: list[Token]) -> list[str]:
    """A paragraph; or each of its lines where these are steps that Markdown does not know ("1、打开")."""
    lines: list[list[Token]] = [[]]
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(token)
    texts = [clean(_plain(line)) for line in lines]
    if sum(map(begins_step, texts)) < 2:
        texts = [clean(_plain(tokens))]
    return [text for text in texts if text]


def _plain(tokens: list[Token]) -> str:
    """Without the marks of emphasis and links; pictures are left out."""
    return "".join(
        " " if token.type in {"softbreak", "hardbreak"} else token.content
        for token in tokens
        if token.type in {"text", "code_inline", "softbreak", "hardbreak", "text_special"}
    )
