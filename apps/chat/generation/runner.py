"""Makes one answer: takes the generation, streams the pieces into the log, and ends it, whatever happens, once."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef

from apps.core.db import in_database
from apps.core.errors import ApplicationError, Unavailable
from apps.inference.services import loading_told
from apps.knowledge.retrieval.types import Retrieval
from apps.moderation.services import decisions_store

from ..models import Conversation, Generation, Outcome, QuestionFile, Status, Task
from ..news import conversation_tell
from ..services.defer import ahead_defer, generation_defer
from ..services.files import files_scope
from ..services.handover import handover_unanswered
from ..services.images import images_need_eyes
from .answer import Recall, answer_stream
from .brief import Brief, brief_for, with_earlier, with_people
from .cache import AnswerCache
from .cited import passages_cited, said_before
from .composing.revision import revised_brief
from .delivery.lease import ATTEMPTS, Ending, generation_close, generation_return, lease_take, stopped
from .delivery.live import LiveLog
from .delivery.log import Lease, Line, lines_of
from .delivery.onward import Diverged, Onward
from .delivery.steps import Steps
from .delivery.writer import writer
from .finding.records import retrieval_record
from .fold import Event, behind, fold
from .pieces import Checked, Closing, Reading, event_of
from .tutoring.checking import filled_by

logger = logging.getLogger(__name__)


async def generation_run(generation_id: UUID) -> None:
    """Runs a queued generation to its end; returns at once when another process has it or it has ended."""
    lease = await in_database(lease_take, generation_id)
    if lease is not None:
        before = await in_database(lines_of, generation_id) if lease.next_seq > 1 else []
        await _Run(lease, before).run()


def stop_here(generation_id: UUID, chars: int) -> None:
    """Stops it at once when this process runs it; elsewhere its writer sees the stop at its next heartbeat."""
    if (live := writer().find(generation_id)) is not None:
        live.stop(chars)


class _Run:
    """One attempt. The answering is a task of its own, so that a stop cancels it and leaves the rest standing."""

    def __init__(self, lease: Lease, before: list[tuple[int, Event]]) -> None:
        self.lease = lease
        self.live: LiveLog = writer().open(lease, self._cancel, before)
        self.before = before
        self.onward = Onward(fold(before))
        self.continues = bool(before) and before[0][0] == 1 and before[0][1]["kind"] == "kept"
        self.goes_on = any(event["kind"] == "delta" for _, event in before)
        self.answering: asyncio.Task[Ending] | None = None
        self.facts: dict[str, Any] = {}
        self.checked: list[Checked] = []
        self.own_version: int | None = None
        self.cache: AnswerCache | None = None
        self.recall: Recall | None = None
        self.found: Retrieval | None = None
        self.question = ""
        self.had_answer = False
        self.escalated: Conversation | None = None

    async def run(self) -> None:
        self.answering = asyncio.create_task(self._answer(), name=f"answer {self.lease.generation_id}")
        try:
            ending = await self._ending(self.answering)
        except asyncio.CancelledError:
            # The process is shutting down. What was said is written before we go, and the next process goes on.
            await asyncio.shield(self._leave("shutdown"))
            raise
        except (OperationalError, InterfaceError) as error:
            # The database went away under the answer, which is no reason to lose it: it is made once more.
            # A statement that fails so each time looks the same, and ends it at the last of `ATTEMPTS`.
            logger.warning("generation %s is made again: %s", self.lease.generation_id, error)
            await self._leave("lost")
            return
        await self._close(ending)
        await self._keep(ending)

    async def _leave(self, code: str) -> None:
        """Back into the queue, with what was said; `code` says why where the answer was tried too often."""
        if self.live.stop_chars is not None or self.lease.epoch >= ATTEMPTS:
            await self._close(Ending(Status.INTERRUPTED, code=code))
            return

        @transaction.atomic
        def commit(lines: list[Line]) -> bool:
            returned = generation_return(self.lease, lines)
            if returned:
                generation_defer(self.lease.generation_id)
            return returned

        await writer().leave(self.live, commit)

    async def _ending(self, answering: asyncio.Task[Ending]) -> Ending:
        try:
            await asyncio.wait([answering])
        finally:
            answering.cancel()
        if answering.cancelled():
            return Ending(Status.STOPPED)
        error = answering.exception()
        if error is None:
            return answering.result()
        if isinstance(error, Diverged):
            return (
                Ending(Status.ERROR, code="changed") if self.continues else Ending(Status.INTERRUPTED, code="lost")
            )
        if isinstance(error, OperationalError | InterfaceError):
            raise error
        if isinstance(error, ApplicationError):
            logger.warning("generation %s: %s (%s)", self.lease.generation_id, error, error.code)
            # Behind words that the reader has it is a break, not a refusal.
            broke_off = isinstance(error, Unavailable) and self.live.folded().text
            return Ending(Status.INTERRUPTED if broke_off else Status.ERROR, code=error.code)
        logger.error("generation %s failed", self.lease.generation_id, exc_info=error)
        return Ending(Status.ERROR, code="internal")

    async def _answer(self) -> Ending:
        brief = await in_database(self._brief)
        steps = Steps(self._say)
        loading_told(steps.loading)
        try:
            return await self._spoken(brief, steps)
        finally:
            steps.over()

    def _say(self, event: Event) -> None:
        if (new := self.onward.new(event)) is not None:
            self.live.say(new)

    async def _spoken(self, brief: Brief, steps: Steps) -> Ending:
        async with aclosing(answer_stream(brief, self.recall)) as pieces:
            async for piece in pieces:
                if (event := event_of(piece)) is not None:
                    steps.say(event)
                match piece:
                    case Checked():
                        self.checked.append(piece)
                    case Reading():
                        self.found = piece.retrieval
                        self.facts["retrieval"] = retrieval_record(piece.retrieval, quotes=brief.quotes)
                        context = piece.context or brief.context
                        if context and piece.retrieval.question.endswith(context):
                            self.facts["retrieval"]["context"] = context
                        if self.cache is not None and self.cache.how:
                            self.facts["retrieval"]["cache"] = self.cache.how
                    case Closing():
                        self.onward.finish()
                        self.facts |= {"usage": piece.usage, "timings": piece.timings_ms}
                        return Ending(Status.DONE, outcome=piece.outcome, confidence=piece.confidence)
        raise RuntimeError("the answer ended without a closing piece")

    def _brief(self) -> Brief:
        others = Generation.objects.filter(question=OuterRef("question")).exclude(pk=OuterRef("pk"))
        brought = QuestionFile.objects.filter(message__conversation=OuterRef("conversation"))
        generation = (
            Generation.objects.select_related("question__conversation__assistant", "answer")
            .annotate(is_first=~Exists(others), has_files=Exists(brought))
            .get(pk=self.lease.generation_id)
        )
        question, conversation = generation.question, generation.question.conversation
        self.question = question.text
        brief = with_earlier(brief_for(conversation.assistant, question.text), question)
        self.own_version = brief.own.version
        files: tuple[UUID, ...] = ()
        if generation.has_files:
            images_need_eyes(conversation, question)  # another model may stand behind the alias by now
            files = files_scope(conversation)
        brief = replace(
            brief,
            collection_ids=(*brief.collection_ids, *files),
            brought=bool(files),
            caller=str(conversation.owner_id or conversation.visitor_id or conversation.key_id or ""),
            request_id=str(generation.pk),
        )
        if brief.quotes:
            filled = None if brief.emergency else filled_by(question, brief.collection_ids)
            said = [] if generation.is_first else said_before(generation)
            self.had_answer = bool(said)
            brief = replace(brief, said=said, filled=filled)
            if said and brief.people == "asked":  # they may ask for one, but nobody does so for them
                brief = with_people(brief, conversation.assistant, "offered")
        if generation.revision:
            brief = revised_brief(brief, generation.revision)
        if self.continues and brief.task == Task.ANSWER and not brief.verbatim:
            brief = self._handed_over(brief)
        self.facts |= {"model_version_id": brief.target.version.pk, "quantization": brief.target.quantization}
        if conversation.is_trial:  # who tries something wants to see it done
            return brief
        self.cache = AnswerCache(conversation.assistant_id)
        # Who asks for another answer does not want the same one, and half an answer goes on as it began.
        # Files and images are one person's alone, and so are answers from them.
        if generation.is_first and not self.goes_on and not files and not brief.images:
            self.recall = self.cache.recall
        return brief

    def _handed_over(self, brief: Brief) -> Brief:
        """A model that writes freely is given what stands and says only what follows it."""
        begun = fold(self.before[:1])
        self.onward = Onward(behind(begun, fold(self.before)))
        return replace(brief, begun=begun, cited=passages_cited(begun.sources, brief.collection_ids))

    async def _close(self, ending: Ending) -> None:
        """A stop counts from the moment it was asked for, even when the answer was complete by then."""
        answer = self.live.folded()
        if self.live.stop_chars is not None:
            ending, answer = stopped(answer, self.live.stop_chars)
        ending, lease = replace(ending, facts=self.facts), self.lease
        # Other words may lead past what moderation blocks, but not where the documents' own are withheld.
        by_source = any(checked.stage == "output" and checked.verdict.by_source for checked in self.checked)
        unanswered = ending.outcome == Outcome.DECLINED or (ending.outcome == Outcome.BLOCKED and by_source)
        # That there is no other answer is no reason to call a person.
        unanswered = unanswered and not self.had_answer
        wants_help = any(checked.stage == "input" and checked.verdict.self_harm for checked in self.checked)

        @transaction.atomic
        def commit(lines: list[Line]) -> bool:
            escalated = handover_unanswered(lease.generation_id) if unanswered or wants_help else None
            if not generation_close(lease, ending, answer, lines):
                transaction.set_rollback(True)  # whoever has the lease now decides that as well
                return False
            self.escalated = escalated
            decided = [(checked.stage, checked.verdict) for checked in self.checked]
            decisions_store(lease.generation_id, decided, own_version=self.own_version)
            return True

        await writer().finish(self.live, ending.event(self.lease.answer_id), commit)
        if self.escalated is not None:
            await conversation_tell(self.escalated)

    async def _keep(self, ending: Ending) -> None:
        """For the next who asks the same. Only answers from the documents, and none in which anything was found."""
        plain = all(checked.verdict.action == "allow" for checked in self.checked)
        if ending.outcome != Outcome.ANSWERED or self.live.stop_chars is not None or self.live.lost or not plain:
            return
        if self.cache is None or self.found is None:
            return
        sure = ending.confidence or 0.0
        try:
            await self.cache.keep(self.live.folded(), self.found, sure, self.lease.generation_id)
        except Exception:  # the answer is given; only the next one will take longer
            logger.exception("generation %s is not cached", self.lease.generation_id)
        if settings.CHAT_AHEAD:
            await in_database(ahead_defer, self.cache.assistant_id, self.question)

    def _cancel(self) -> None:
        if self.answering is not None:
            self.answering.cancel()
