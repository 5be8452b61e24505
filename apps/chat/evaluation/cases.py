"""Questions with known answers, and whether an answer holds one of them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Kind = Literal["answerable", "offtopic", "near"]


@dataclass(frozen=True)
class Case:
    """`answers` are the accepted wordings, `document` the file name in which the answer stands, `passage` the id of
    the passage in it.

    Where none is known, the documents do not answer the question: it is off topic, or with `near` a near miss,
    which they come close to. `group` is for figures of a part of the set. `before` are the questions of the same
    conversation that were asked earlier. `asked_in` is the generation that answered a customer's question; it is no
    part of what is asked.
    """

    question: str
    answers: tuple[str, ...]
    document: str = ""
    group: str = ""
    before: tuple[str, ...] = ()
    passage: str = ""
    near: bool = False
    asked_in: UUID | None = field(default=None, compare=False)

    @property
    def kind(self) -> Kind:
        if self.answers or self.document or self.passage:
            return "answerable"
        return "near" if self.near else "offtopic"

    @property
    def asks(self) -> tuple[str, ...]:
        """What two cases that ask the same have in common."""
        return tuple(map(loosely, (*self.before, self.question)))


def loosely(text: str) -> str:
    """Without case, width, spaces and punctuation, which say nothing about correctness; % is kept."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign == "%" or unicodedata.category(sign)[0] not in "ZPC")


def holds_one(text: str, answers: Iterable[str]) -> bool:
    """Whether `text` contains an accepted wording."""
    loose = loosely(text)
    return any(wanted in loose for answer in answers if (wanted := loosely(answer)))
