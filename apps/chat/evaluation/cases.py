"""Questions with known answers, and whether an answer holds one of them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """`answers` are the accepted wordings, `document` the file name in which the answer stands.

    Where neither is known, the documents do not answer the question. `group` is for figures of a part of the set.
    `before` are the questions of the same conversation that were asked earlier.
    """

    question: str
    answers: tuple[str, ...]
    document: str = ""
    group: str = ""
    before: tuple[str, ...] = ()

    @property
    def offtopic(self) -> bool:
        return not self.answers and not self.document


def loosely(text: str) -> str:
    """Without case, width, spaces and punctuation, which say nothing about correctness; % is kept."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign == "%" or unicodedata.category(sign)[0] not in "ZPC")


def holds_one(text: str, answers: Iterable[str]) -> bool:
    """Whether `text` contains an accepted wording."""
    loose = loosely(text)
    return any(wanted in loose for answer in answers if (wanted := loosely(answer)))
