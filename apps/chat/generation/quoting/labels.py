"""Reading a verbatim answer while it streams: labels become numbered sources, the rest is checked letter by letter.

That an answer holds nothing but the documents' words is not taken on trust from the runtime: a letter that differs
from the sentence that was announced ends the answer before it is shown.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage

from ...models import Outcome
from ..phrases import aside
from ..pieces import Source, Text
from .candidates import Candidate
from .procedures import Procedure

LONGEST_LABEL = 12


class NotVerbatim(ApplicationError):
    """The model's text is not in the agreed form."""

    code, status = "not_verbatim", 502


class LabelReader:
    """`feed` pieces of the model's text as they come, then `finish`; both return what may go on.

    `label` is the word or number of the first label, None until it is read. `introduced` comes before a quote.
    """

    def __init__(
        self,
        sources: Sequence[Candidate],
        phrases: Mapping[str, str],
        introduced: str = "",
        *,
        language: Language = "en",
    ) -> None:
        self._sources = {str(number): source for number, source in enumerate(sources, 1)}
        self._phrases, self._introduced, self._language = phrases, introduced, language
        self._numbers: dict[object, int] = {}  # (passage id, row or page) -> its number in this answer
        self._mark = ""  # the label as far as it is read
        self._rest: str | None = None  # what the sentence still has to say; None while a label is read
        self._wording = ""  # how the sentence is said once it is complete, where that differs
        self._cite = 0  # the number that is due behind the sentence just said
        self._code = ""  # what follows the sentence
        self._procedure: Procedure | None = None  # what is said in the sentence's place
        self._last = ""
        self._seen: set[str] = set()
        self._silent = False
        self.label: str | None = None

    @property
    def outcome(self) -> str:
        if self.label in self._sources:
            return Outcome.ANSWERED
        return Outcome.DECLINED if self.label in {None, "no"} else Outcome.SMALLTALK

    def feed(self, text: str) -> list[Source | Text]:
        """Raises NotVerbatim as soon as the text leaves the agreed form."""
        out: list[Source | Text] = []
        while text:
            text = self._label(text, out) if self._rest is None else self._sentence(text, out)
        return out

    def finish(self) -> list[Source | Text]:
        """Completes a sentence that was cut off by the token limit: it is known how it goes on."""
        out: list[Source | Text] = []
        if self.label is None:
            raise self._refusal()
        if self._rest and self._procedure:
            self._say_steps(self._procedure, out)
        elif self._rest:
            self._say(self._wording or self._rest, out)
            self._say_code(out)
        if self._cite:
            out.append(Text(f" [{self._cite}]"))
        self._rest, self._mark, self._cite = None, "", 0
        return out

    def _label(self, text: str, out: list[Source | Text]) -> str:
        head, space, tail = text.partition(" ")
        self._mark += head
        if (self._mark and self._mark[0] != "[") or len(self._mark) > LONGEST_LABEL:
            raise self._refusal()
        if not space:
            return ""
        if not self._mark.endswith("]"):
            raise self._refusal()
        word, self._mark = self._mark[1:-1], ""
        self._begin(word, out)
        return tail

    def _begin(self, word: str, out: list[Source | Text]) -> None:
        source = self._sources.get(word)
        phrase = self._phrases.get(word) if self.label is None else None
        if source is None and phrase is None:
            raise self._refusal()
        self._silent = word in self._seen
        self._seen.add(word)
        self.label = self.label or word
        self._rest = source.text if source else phrase
        self._wording, self._code = (source.said, source.code) if source else ("", "")
        self._procedure = source.procedure if source else None
        if source is None or self._silent:
            return
        if self._introduced:
            out.append(Text(f"{self._introduced}\n\n"))
            self._introduced = ""
        if self._procedure:
            return
        known = len(self._numbers)
        number = self._number(source.passage, source.at or source.page)
        self._join(number, out)
        if number > known:
            rows = (source.at, source.at) if source.at else None
            pages = (source.page, source.page) if source.page else source.passage.pages
            out.append(Source(number, source.passage, source.excerpt or source.text, rows, pages))
        self._cite = number

    def _number(self, passage: RankedPassage, at: int | None) -> int:
        return self._numbers.setdefault((passage.passage_id, at), len(self._numbers) + 1)

    def _join(self, number: int, out: list[Source | Text]) -> None:
        """Neighbouring sentences of one passage are cited together, behind the last of them."""
        if not self._last:
            return
        if not self._cite:  # code was said last
            out.append(Text("\n\n"))
        elif self._cite != number:
            out.append(Text(f" [{self._cite}] "))
        elif unicodedata.east_asian_width(self._last) not in "WF":
            out.append(Text("; " if self._last.isalnum() else " "))
        elif self._last.isalnum():  # an item of a list ends without a sign
            out.append(Text("；"))

    def _sentence(self, text: str, out: list[Source | Text]) -> str:
        rest = self._rest or ""
        if not rest:
            if not text.startswith("\n") or self.label in self._phrases:
                raise self._refusal()
            self._rest = None
            return text[1:]
        said = text[: len(rest)]
        if not rest.startswith(said):
            raise self._refusal()
        self._rest = rest[len(said) :]
        if self._procedure:
            if not self._rest:
                self._say_steps(self._procedure, out)
        elif not self._wording:
            self._say(said, out)
        elif not self._rest:
            self._say(self._wording, out)
            self._say_code(out)
        return text[len(said) :]

    def _say(self, said: str, out: list[Source | Text]) -> None:
        if not self._silent:
            out.append(Text(said))
            self._last = said[-1]

    def _say_code(self, out: list[Source | Text]) -> None:
        """Behind the sentence and its number: between fences a number would be code."""
        if self._code and not self._silent:
            out.append(Text(f" [{self._cite}]\n\n{self._code}"))
            self._cite = 0

    def _say_steps(self, procedure: Procedure, out: list[Source | Text]) -> None:
        """A numbered list in Markdown; each stretch of one passage has its number behind it."""
        before = ""
        for part in procedure.parts:
            known, number = len(self._numbers), self._number(part.passage, part.page)
            pages = (part.page, part.page) if part.page else part.passage.pages
            if number > known:
                out.append(Source(number, part.passage, part.excerpt, None, pages))
            gap = "\n\n" if part.said.endswith("```") else " "
            out.append(Text(f"{before}{part.said}{gap}[{number}]"))
            before = "\n\n" if part.leads else "\n"
        if procedure.more:
            word = "more_steps" if procedure.more > 1 else "one_more_step"
            out.append(Text(f"\n\n{aside(word, self._language).format(count=procedure.more)}"))

    def _refusal(self) -> NotVerbatim:
        return NotVerbatim(
            _("The model left the documents' own words, so its answer is not shown. Please try again.")
        )
