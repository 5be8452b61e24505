"""A path of a conversation, or one answer of it, as a Word document."""

import io
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx.document import Document
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph

from apps.core.errors import NotFound
from apps.core.fences import parts
from apps.core.language import Language, detect_language
from apps.core.markdown import markdown_plain

from ..models import Conversation, Message, Role, StoredImage
from ..reading.snapshot import messages_shown, notice_below, source_line
from ..services.conversation import title_clean
from .faces import CODE, TAGS, fit, new_document, run_language, spread
from .markdown import MarkdownWriter, new_table
from .numbering import Numberings
from .quotes import quotes

LONGEST_HEADING = 120
WIDEST, HIGHEST = Cm(12), Cm(9)  # of an image
_WORDS: dict[Language, str] = {"en": "en", "zh": "zh-hans"}  # the language of what is not said in it
_EMU_PIXEL = 9525  # at 96 pixels an inch
# At that width the small ones are sharp enough, and a conversation may hold hundreds.
_IMAGES = Prefetch("files__image", StoredImage.objects.defer("data"))


def word(conversation: Conversation, messages: Sequence[Message], title: str) -> bytes:
    """The messages with images and notices, and all their sources as one numbered list at the end. It is in the
    language of who asked, whatever the quotes are in.

    `messages` of the conversation, in order, with `files` and their images at hand.
    """
    document = _Word(conversation, messages, title)
    with override(_WORDS[document.language]):
        return document.made()


def messages_to_write(conversation: Conversation, answer_id: UUID | None = None) -> list[Message]:
    """Those that are shown; of one answer, shown or not, the question and itself. Raises NotFound."""
    if answer_id is None:
        return list(messages_shown(conversation).prefetch_related(_IMAGES))
    answer = conversation.messages.filter(pk=answer_id).exclude(role=Role.USER).first()
    if answer is None:
        raise NotFound(_("There is no such answer."))
    pair = conversation.messages.filter(pk__in=[answer.pk, answer.parent_id]).select_related("generation")
    return list(pair.prefetch_related(_IMAGES))


def answer_title(conversation: Conversation, messages: Sequence[Message]) -> str:
    """What one answer is saved as: its question in a line, or the conversation's title where that has no words."""
    asked = next((message.text for message in messages if message.role == Role.USER), "")
    has_words = any(sign.isprintable() and not sign.isspace() for sign in asked)
    return title_clean(markdown_plain(asked) or asked) if has_words else conversation.title


class _Word:
    def __init__(self, conversation: Conversation, messages: Sequence[Message], title: str) -> None:
        self.conversation, self.messages, self.title = conversation, messages, title
        asked = " ".join(message.text for message in messages if message.role == Role.USER)
        self.language = detect_language(asked or " ".join(message.text for message in messages))
        self.document: Document = new_document(self.language)
        self.numberings = Numberings(self.document)
        # By passage and what is quoted of it: their numbers at the end.
        self.sources: dict[tuple[str, tuple[str, ...]], tuple[int, dict[str, Any]]] = {}

    def made(self) -> bytes:
        properties = self.document.core_properties
        properties.title, properties.language = fit(self.title), TAGS[self.language]
        properties.author = self.conversation.assistant.in_language("name", self.language)
        properties.created = properties.modified = timezone.now()
        self.document.add_heading(fit(self.title), level=0)
        self._small(f"{properties.author} · {date_format(timezone.now(), 'Y-m-d')}")
        for message in self.messages:
            self._question(message) if message.role == Role.USER else self._answer(message)
        self._sources()
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _question(self, message: Message) -> None:
        """A short one is a heading, unless the title says it already and it is the only one; a long text has its
        beginning for one, and stands below as it was sent.
        """
        text = " ".join(fit(message.text).split())
        heading = text if len(text) <= LONGEST_HEADING else text[: LONGEST_HEADING - 1].rstrip() + "…"
        if heading != self.title or sum(other.role == Role.USER for other in self.messages) > 1:
            self._said(self.document.add_heading(level=1), heading)
        if heading != text and not _translated(self.messages, message):
            for line in filter(str.strip, fit(message.text).split("\n")):
                self._said(self.document.add_paragraph(style="Quote"), line)
        for file in message.files.all():
            if file.is_image:
                self._image(bytes(file.image.small), file.width or 1, file.height or 1)
            else:
                self._small(file.name)

    def _image(self, data: bytes, width: int, height: int) -> None:
        scale = min(1.0, WIDEST / (width * _EMU_PIXEL), HIGHEST / (height * _EMU_PIXEL))
        self.document.add_picture(io.BytesIO(data), width=Emu(int(width * _EMU_PIXEL * scale)))

    def _answer(self, message: Message) -> None:
        if not message.text:
            return
        if message.role == Role.PERSON:
            self._small(_("A person"))
        paragraphs = _note(message, "paragraphs")
        if paragraphs:
            self._translation(message, paragraphs["texts"])
        else:
            cited = {source["number"]: self._number(message, source) for source in message.sources}
            MarkdownWriter(self.document, self.numberings, cited=cited).write(message.text)
        if notice := notice_below(self.conversation.assistant, message):
            self._small(notice)

    def _translation(self, message: Message, paragraphs: Sequence[str]) -> None:
        """Side by side, as on the page; below it where a term differs from the glossary."""
        translations = message.text.split("\n\n")
        names = {"en": _("English"), "zh": _("Chinese")}
        source = detect_language("\n".join(paragraphs))
        heads = [names[source], names["en" if source == "zh" else "zh"]]
        rows = [heads, *([text, *translations[at : at + 1]] for at, text in enumerate(paragraphs))]
        table = new_table(self.document, len(rows), 2)
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                self._said(cell.paragraphs[0], text, bold=texts is heads)
        missed = [term for note in message.notes if note["kind"] == "terms" for term in note["missed"]]
        if missed:
            pairs = [term if source == "en" else term[::-1] for term in missed]
            terms = _(", ").join(" → ".join(pair) for pair in pairs)
            self._small(_("Not as in the glossary: {terms}").format(terms=terms))

    def _number(self, message: Message, source: dict[str, Any]) -> int:
        """At the document's end: what is quoted of a passage has one number, however many answers quote it."""
        key = (str(source.get("passage", "")), tuple(quotes(message, source)))
        return self.sources.setdefault(key, (len(self.sources) + 1, source))[0]

    def _sources(self) -> None:
        if not self.sources:
            return
        self.document.add_heading(_("Sources"), level=1)
        numbering = self.numberings.anew("List Number")
        for (_passage, texts), (_number, source) in self.sources.items():
            paragraph = self.document.add_paragraph(style="List Number")
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbering
            spread(paragraph)
            self._said(paragraph, source_line(source), bold=True)
            self._quoted(paragraph, texts)

    def _quoted(self, paragraph: Paragraph, texts: Iterable[str]) -> None:
        """Below what `paragraph` says, a line each; of code a paragraph a line."""
        here: Paragraph | None = paragraph
        for part in (part for text in texts for part in parts(text, cut_off=True)):
            if part.is_code:
                for line in part.text.split("\n"):
                    self.document.add_paragraph(fit(line), style=CODE)
                here = None  # what follows stands below the code
            elif here:
                here.add_run().add_break()
                self._said(here, part.text)
            else:
                here = self.document.add_paragraph(style="List Continue")
                self._said(here, part.text)

    def _small(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        self._said(paragraph, text)
        for run in paragraph.runs:
            run.italic, run.font.size = True, Pt(9.5)

    def _said(self, paragraph: Any, text: str, *, bold: bool = False) -> None:
        run = paragraph.add_run(fit(text))
        run.bold = bold or None
        run_language(run)


def _note(message: Message, kind: str) -> dict[str, Any] | None:
    found: Iterable[dict[str, Any]] = (note for note in message.notes if note["kind"] == kind)
    return next(iter(found), None)


def _translated(messages: Sequence[Message], question: Message) -> bool:
    """Whether the text stands in its translation's table anyway."""
    return any(one.parent_id == question.pk and _note(one, "paragraphs") for one in messages)
