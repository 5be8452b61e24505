"""Moderation at both ends of an answer: the question before the search, the answer before any of it is shown."""

import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from apps.core.db import in_database
from apps.core.language import Language, detect_language
from apps.knowledge.retrieval.types import RankedPassage
from apps.moderation.services import (
    AnswerWindow,
    Blocked,
    CheckUnavailable,
    OwnRules,
    Policy,
    Verdict,
    Whole,
    check_text,
    policy_active,
    published,
    verdict_complete,
)

from ..models import Outcome
from .brief import Brief
from .phrases import aside
from .pieces import Answering, Checked, Doing, Note, Reading, Source, Text


async def question_check(brief: Brief) -> tuple[Policy, Verdict]:
    """The verdict, and the policy that the answer will be held to as well."""
    return await input_check(brief.question, brief.language, brief.own)


async def input_check(text: str, language: Language, own: OwnRules | None = None) -> tuple[Policy, Verdict]:
    """What the policy with an assistant's `own` rules, which is returned too, says to a text that somebody sent."""

    def check() -> tuple[Policy, Verdict]:
        policy = policy_active(own)
        here = policy.without_classifiers()
        return policy, check_text(text=text, stage="input", language=language, policy=here)

    policy, verdict = await in_database(check)
    return policy, await verdict_complete(
        verdict=verdict, text=text, stage="input", language=language, policy=policy
    )


async def input_judged(text: str, own: OwnRules | None = None) -> Verdict:
    """What the policy in force says. Raises CheckUnavailable for a text that could not be judged."""
    _policy, verdict = await input_check(text, detect_language(text), own)
    if verdict.failed:
        raise CheckUnavailable(verdict.message)
    return verdict


async def inputs_check(texts: Sequence[str]) -> list[str] | None:
    """The texts as moderation leaves them; None where one of them is blocked. Raises CheckUnavailable."""
    kept: list[str] = []
    for text in texts:
        verdict = await input_judged(text)
        if verdict.action == "block":
            return None
        kept.append(verdict.text)
    return kept


class Guard:
    """Lets pieces pass; text only once no later text can make it part of something blocked or masked.

    A source waits for the first letter that follows it, and what it says itself is judged like the answer.
    """

    def __init__(self, policy: Policy, brief: Brief, passages: Iterable[RankedPassage]) -> None:
        allow = published(passage.text for passage in passages)
        self._house = not brief.brought  # whose documents these are: what a customer brought is not the house's own
        quotes = brief.quotes and self._house
        self._window = AnswerWindow(policy, language=brief.language, allow=allow, quotes=quotes)
        self._brief = brief
        self._behind = len(brief.opening)  # what stands before all that is judged here
        self._heard = 0
        self._waiting: list[tuple[int, Source]] = []  # with how much had been said when it came
        self._spoken = False
        self._blocked: Blocked | None = None

    async def over(
        self, made: AsyncGenerator[Doing, None], begun: str = ""
    ) -> AsyncGenerator[Doing | Checked, None]:
        """What of the pieces may be shown; `checked` has what was decided about all of them.

        `begun` is shown already, and is judged once more only together with what follows it.
        """
        try:
            if begun:
                await self._hear(begun)
            async with aclosing(made) as pieces:
                async for piece in pieces:
                    for safe in await self._passed(piece):
                        yield safe
            for safe in self._shown(await self._window.finish()):
                yield safe
        except Blocked as blocked:
            self._blocked = blocked
            if blocked.verdict.failed:
                yield self.checked()
                raise CheckUnavailable(blocked.verdict.message) from None
            # in place of the rest: a paragraph of its own behind what was shown already
            told = _told(blocked.verdict, self._brief)
            yield Text(f"\n\n{told}" if self._spoken else told)
            if blocked.verdict.by_source and self._brief.people == "offered":
                yield Note({"kind": "person"})

    async def beside(self, texts: Sequence[Whole], passages: Iterable[RankedPassage]) -> list[str] | None:
        """Texts of these passages as they may be shown with a complete answer; None where one must not be.

        Either way it stands in what was `checked`.
        """
        self._window.publish(published(passage.text for passage in passages))
        try:
            return await self._window.wholes(texts, quoted=self._house)
        except Blocked:
            return None

    def checked(self) -> Checked:
        """What was decided about all that was to be shown, with its places in the answer as it is kept."""
        verdict = self._blocked.verdict if self._blocked else self._window.verdict()
        findings = (found if found.place else found.moved(self._behind) for found in verdict.findings)
        return Checked("output", replace(verdict, findings=tuple(findings)))

    def outcome(self, unless_blocked: str) -> str:
        return Outcome.BLOCKED if self._blocked else unless_blocked

    async def _hear(self, text: str) -> None:
        self._heard = len(text)
        self._shown(await self._window.feed(text))
        self._spoken = True

    async def _passed(self, piece: Doing) -> Sequence[Doing]:
        """Raises Blocked at the first span that must not be shown."""
        match piece:
            case Reading():  # found while the answer is written: what these say of people may be said, too
                self._window.publish(published(passage.text for passage in piece.retrieval.passages))
            case Source():
                self._waiting.append((self._window.fed, await self._judged(piece)))
                return []
            case Note(event={"kind": "outline", "headings": headings}):
                wholes = [Whole(heading, "outline") for heading in headings]
                told = await self._window.wholes(wholes, quoted=False)
                return [Note({"kind": "outline", "headings": told})]
            case Text():
                return self._shown(await self._window.feed(piece.text))
        return [piece]

    async def _judged(self, source: Source) -> Source:
        """The source with its masks on, each text judged as a whole."""
        passage = source.passage
        begins = _place(source.excerpt, passage.text)
        texts = [
            Whole(passage.title, f"title {passage.passage_id}"),
            Whole(passage.heading, f"heading {passage.passage_id}"),
            Whole(source.excerpt, f"{'excerpt' if begins is None else 'text'} {passage.passage_id}", begins or 0),
        ]
        title, heading, excerpt = await self._window.wholes(texts, quoted=self._house)
        return replace(source, passage=replace(passage, title=title, heading=heading), excerpt=excerpt)

    def _shown(self, text: str) -> list[Answering | Source | Text]:
        released = self._window.released
        text, self._heard = text[self._heard :], max(0, self._heard - len(text))
        due = [source for place, source in self._waiting if place < released]
        self._waiting = [(place, source) for place, source in self._waiting if place >= released]
        self._spoken = self._spoken or bool(text)
        return [*due, Text(text)] if text else []


def _told(blocked: Verdict, brief: Brief) -> str:
    """What stands in place of a blocked answer; where no other words lead to it, with whom to ask instead."""
    if not blocked.by_source:
        return blocked.message
    whom = {"offered": brief.reachable, "asked": aside("asked", brief.language)}.get(brief.people)
    return f"{blocked.message}\n\n{whom or aside('withheld', brief.language)}"


def _place(excerpt: str, text: str) -> int | None:
    """Where it begins in the text, whose line breaks may be spaces in it; None where it is not there as such."""
    found = re.search(r"\s".join(map(re.escape, re.split(r"\s", excerpt))), text)
    return found.start() if found else None
