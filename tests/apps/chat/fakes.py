"""Stand-ins for the search and the runtime, where a test needs rare timing or exact words."""

import asyncio
import uuid
from collections.abc import AsyncGenerator

from apps.chat.models import Conversation, Generation, GenerationEvent, Message, Role, Status
from apps.chat.services import message_send
from apps.core.actor import Actor
from apps.core.errors import ApplicationError
from apps.core.language import detect_language
from apps.inference.services import Delta, Finished
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

ONE = "Returns are free within 30 days."
TWO = "Keep the receipt in the box."
THREE = "Refunds take five working days."


def passage(*sentences: str, rank: int = 1, title: str = "Returns") -> RankedPassage:
    """A passage whose sentences are ranked from `rank` on, in reading order."""
    text = " ".join(sentences)
    ranked = tuple(
        RankedSentence(rank + place, sentence, text.find(sentence), text.find(sentence) + len(sentence), 1.0)
        for place, sentence in enumerate(sentences)
    )
    return RankedPassage(uuid.uuid4(), uuid.uuid4(), title, "Shop › Returns", text, "en", 0.9, ranked)


class FakeSearch:
    """Finds two passages, with the confidence that the test sets; `asked` keeps the questions."""

    def __init__(self) -> None:
        self.passages = (passage(ONE, TWO), passage(THREE, rank=3, title="Refunds"))
        self.confidence = 0.9
        self.confidences: dict[str, float] = {}  # of single questions
        self.unknown: set[str] = set()  # questions of which the documents know no word
        self.of: dict[str, tuple[RankedPassage, ...]] = {}  # what questions find that hold these words
        self.asked: list[str] = []
        self.abroad: tuple[RankedPassage, ...] = ()  # what the other language's documents have
        self.abroad_sure = 0.0
        self.same: tuple[RankedPassage, ...] = ()  # what says the same as that in the question's own language

    async def across(self, *, collection_ids, question: str, limit: int) -> Retrieval:
        language = detect_language(question)
        timings = {"across": 1.0}
        return Retrieval(question, language, self.abroad, self.abroad_sure, timings, across=True, same=self.same)

    async def __call__(self, *, collection_ids, question: str, limit: int) -> Retrieval:
        self.asked.append(question)
        sure = self.confidences.get(question, self.confidence)
        missing = float(question in self.unknown)
        passages = next((found for words, found in self.of.items() if words in question), self.passages)
        return Retrieval(question, "en", passages, sure, {"total": 1.0}, missing=missing)


class FakeRuntime:
    """Says `pieces`; before each one it waits for `gate` where `paced`. Raises `error` behind them."""

    def __init__(self) -> None:
        self.pieces: list[str] = ["[1]", " " + ONE]
        self.error: ApplicationError | Exception | None = None
        self.paced = False
        self.said = 0
        self.closed = False
        self.calls: list[dict] = []
        self.asked = asyncio.Event()
        self._gates: list[asyncio.Event] = []
        self._open = 0

    def step(self) -> None:
        """Lets one more piece go; after the last one, the end."""
        self._gate(self._open).set()
        self._open += 1

    def _gate(self, place: int) -> asyncio.Event:
        while len(self._gates) <= place:
            self._gates.append(asyncio.Event())
        return self._gates[place]

    async def __call__(self, **call) -> AsyncGenerator[Delta | Finished, None]:
        self.calls.append(call)
        self.asked.set()
        try:
            for place, piece in enumerate(self.pieces):
                if self.paced:
                    await self._gate(place).wait()
                self.said = place + 1
                yield Delta(piece, -0.1 if place == 0 else None)
            if self.paced:
                await self._gate(len(self.pieces)).wait()
            if self.error is not None:
                raise self.error
            yield Finished("stop", {"completion_tokens": len(self.pieces)}, {"decode_ms": 1.0})
        finally:
            self.closed = True


def send(actor: Actor, text: str = "How long may I return it?", *, started: list | None = None, **ids):
    """Sends a question with fresh ids; the job goes to nobody, as tests run the generation themselves."""
    ids = {"message_id": uuid.uuid4(), "generation_id": uuid.uuid4(), "conversation_id": uuid.uuid4()} | ids
    jobs = started if started is not None else []
    return message_send(actor=actor, assistant="service", text=text, start=jobs.append, **ids)


def generation_in_conversation(conversation: Conversation, status: str = Status.RUNNING, **columns) -> Generation:
    """A generation as some other process left it."""
    place = conversation.messages.count()
    for at, role in enumerate((Role.USER, Role.ASSISTANT)):
        conversation.head = Message.objects.create(
            conversation=conversation, parent=conversation.head, position=place + 1 + at, role=role, language="en"
        )
    conversation.save()
    question, answer = conversation.head.parent, conversation.head
    return Generation.objects.create(
        conversation=conversation, question=question, answer=answer, status=status, **{"epoch": 1, **columns}
    )


def events(generation_id: uuid.UUID) -> list[dict]:
    """The log, having made sure that it has no gap but before `kept`, and one end, which is last."""
    rows = list(GenerationEvent.objects.filter(generation_id=generation_id).order_by("seq"))
    for before, row in zip([0, *(row.seq for row in rows)], rows, strict=False):
        assert row.seq == before + 1 or (row.seq > before and row.event["kind"] == "kept")
    kinds = [row.event["kind"] for row in rows]
    assert kinds.count("end") == 1 and kinds[-1] == "end"
    return [row.event for row in rows]


def said(log: list[dict]) -> str:
    return "".join(event["text"] for event in log if event["kind"] == "delta")
