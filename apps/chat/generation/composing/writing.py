"""A long text: first its outline, then one section after the other; and a passage of it written anew."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ...models import Outcome
from ..brief import Brief, Turn, content_of
from ..pieces import Answering, Doing, Note, Searching, Source, Text
from ..plan import MOST_TOKENS, Plan
from ..prompt import numbered
from ..quoting.citations import CitationReader
from ..speaking import Measures, spoken
from .material import Material, material_told

MOST_SECTIONS = 10
OUTLINE_TOKENS = 256
BEHIND = 1500  # characters of the text so far that the model sees when it writes the next section
_MARKS = re.compile(r"^[\s#*+-]*(?:(?:\d+|[一二三四五六七八九十]+)[.)、．]\s*)?")
_CITED = re.compile(r"\s*\[\d{1,2}\]")
_OUTLINE = {
    "en": (
        "You are a writer. List the headings of the text that the user asks for, one a line, {most} at most, in "
        "English, and nothing else. For a text of one or two paragraphs write only one line."
    ),
    "zh": (
        "你是写作者。为用户要的文章列出各节标题，每行一个，最多 {most} 个，用中文，不写别的。"
        "只有一两段的短文只写一行。"
    ),
}
_WHOLE = {
    "en": "You are a writer. Write the text that the user asks for, in English, in Markdown, and nothing else.",
    "zh": "你是写作者。写出用户要的文章，用中文，用 Markdown，不写别的。",
}
_SECTION = {
    "en": (
        "You are a writer. Of the text that the user asks for, with the outline below, write only the section "
        "“{heading}”, in English, in Markdown, without its heading. Do not repeat what stands before it.\n\n"
        "Outline:\n{outline}\n\nWhat stands before it:\n{before}"
    ),
    "zh": (
        "你是写作者。用户要的文章提纲如下，只写“{heading}”这一节的正文，用中文，用 Markdown，不写标题，"
        "不重复前文。\n\n提纲：\n{outline}\n\n前文：\n{before}"
    ),
}
_REVISION = {
    "en": (
        "You are an editor. Rewrite the passage below as the user asks. Write only the new passage, in the "
        "passage’s language and form.\n\nBefore it stands:\n{before}\n\nPassage:\n{passage}\n\nBehind it "
        "stands:\n{after}"
    ),
    "zh": (
        "你是编辑。按用户的要求改写下面的段落，只写新的段落，保持原来的语言和格式。"
        "\n\n前文：\n{before}\n\n段落：\n{passage}\n\n后文：\n{after}"
    ),
}


async def written(brief: Brief, measures: Measures) -> AsyncGenerator[Doing, None]:
    """The text that was asked for, with a heading before each section; a short one comes as a whole.

    Where the assistant has documents it takes its facts from them, and cites what it took.
    """
    if brief.revision is not None:
        async with aclosing(_revised(brief, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
    asked = [*brief.history, {"role": "user", "content": content_of(brief.question, brief.images)}]
    material = Material(brief)
    if brief.collection_ids:
        yield Searching()
    if reading := await material.find():
        yield reading
    outline = OutlineReader()
    system = _OUTLINE[brief.language].format(most=MOST_SECTIONS) + material.told()
    async with aclosing(_asked(brief, measures, system, asked, outline, OUTLINE_TOKENS)) as pieces:
        async for piece in pieces:
            yield piece
    headings = outline.headings()
    if len(headings) < 2:
        system = _WHOLE[brief.language] + material.told()
        async with aclosing(_asked(brief, measures, system, asked, SectionReader(cites=material.cites))) as pieces:
            async for piece in pieces:
                yield piece
        return
    yield Note({"kind": "outline", "headings": headings})
    before = ""  # as the model numbered it
    for heading in headings:
        head = f"\n\n## {heading}\n\n" if before else f"## {heading}\n\n"
        yield Text(head)
        if reading := await material.find(heading):
            yield reading
        reader = SectionReader(heading, material.cites)
        system = _SECTION[brief.language].format(
            heading=heading, outline="\n".join(headings), before=before[-BEHIND:] or "–"
        )
        async with aclosing(_asked(brief, measures, system + material.told(), asked, reader)) as pieces:
            async for piece in pieces:
                yield piece
        before += head + reader.text


async def _revised(brief: Brief, measures: Measures) -> AsyncGenerator[Doing, None]:
    """The whole text again, with only the passage written anew as `question` asks for; its sources keep their
    numbers.
    """
    assert brief.revision is not None  # noqa: S101  the caller looked
    before, passage, after = brief.revision
    for source in brief.sources:
        yield source
    if before:
        yield Text(before)
    system = _REVISION[brief.language].format(before=before[-BEHIND:], passage=passage, after=after[:BEHIND])
    if brief.sources:
        system += material_told(brief, numbered((source.number, source.passage) for source in brief.sources))
    asked = [{"role": "user", "content": brief.question}]
    async with aclosing(_asked(brief, measures, system, asked, SectionReader())) as pieces:
        async for piece in pieces:
            yield piece
    if after:
        yield Text(after)


def _asked(
    brief: Brief,
    measures: Measures,
    system: str,
    asked: list[Turn],
    reader: "SectionReader | OutlineReader",
    max_tokens: int = MOST_TOKENS,
) -> AsyncGenerator[Answering | Source | Text, None]:
    """The assistant's own instructions come first: behind `system`, which ends with a text, they would read as part
    of that.
    """
    messages = [{"role": "system", "content": f"{brief.instructions}\n\n{system}".lstrip()}, *asked]
    return spoken(brief, Plan(messages, None, max_tokens, reader, ()), measures)


class OutlineReader:
    """Shows nothing of what the model says, and reads headings out of it."""

    label: str | None = None
    outcome: str = Outcome.WRITTEN

    def __init__(self) -> None:
        self._text = ""

    def feed(self, text: str) -> list[Source | Text]:
        self._text += text
        return []

    def finish(self) -> list[Source | Text]:
        return []

    def headings(self) -> list[str]:
        """One a line, each once, without numbers and list marks; at most `MOST_SECTIONS` of 80 characters."""
        lines = (_CITED.sub("", _MARKS.sub("", line)) for line in self._text.split("\n"))
        plain = (line.strip().strip("*_").strip()[:80] for line in lines)
        return list(dict.fromkeys(line for line in plain if line))[:MOST_SECTIONS]


class SectionReader:
    """What the model says without blanks around it, and without the heading that it may repeat.

    `cites` reads citations in it, which are shown by other numbers than stand in `text`.
    """

    label: str | None = None
    outcome: str = Outcome.WRITTEN

    def __init__(self, heading: str = "", cites: CitationReader | None = None) -> None:
        self.text = ""
        self._heading, self._cites = heading, cites
        self._held = ""  # blanks until a letter follows, and the first line until it is known not to be the heading

    def feed(self, text: str) -> list[Source | Text]:
        text = self._held + text
        if not self.text and self._heading:
            text = text.lstrip()
            line, broken, rest = text.partition("\n")
            if not broken and len(line) <= len(self._heading) + 12:
                self._held = text
                return []
            text = rest if line.strip(" #*") == self._heading else text
            self._heading = ""
        return self._shown(text)

    def finish(self) -> list[Source | Text]:
        text, self._held = self._held, ""
        rest = [] if not self.text and text.strip(" #*\n") == self._heading else self._shown(text)
        return rest + (self._cites.finish() if self._cites else [])

    def _shown(self, text: str) -> list[Source | Text]:
        body = text.rstrip()
        self._held = text[len(body) :]
        if not self.text:
            body = body.lstrip()
        self.text += body
        if self._cites and body:
            return self._cites.feed(body)
        return [Text(body)] if body else []
