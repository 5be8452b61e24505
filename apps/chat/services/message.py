"""Asking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotFound

from ..generation.asking.emergency import emergency_text
from ..generation.phrases import of_people
from ..images import RemadeImage
from ..models import WITH_PEOPLE, Conversation, Generation, Message, Role, Standing
from ..selectors import access_conversation, owned_by
from .defer import generation_defer
from .files import files_send
from .images import image_store, images_copy, images_need_eyes
from .limits import person_limit, person_turn, written_limit
from .message_row import message_append
from .message_text import text_clean
from .opening import able_to_answer, conversation_open, named_by, still_open


@dataclass(frozen=True)
class Sent:
    """The rows of an accepted question; `repeated` when the same message had been accepted before.

    Without a generation where a person answers.
    """

    message: Message
    generation: Generation | None
    conversation: Conversation
    repeated: bool = False


def message_send(  # noqa: PLR0913  what a person sends
    *,
    actor: Actor,
    message_id: UUID,
    generation_id: UUID,
    conversation_id: UUID,
    assistant: str,
    text: str,
    edits: UUID | None = None,
    files: Sequence[UUID] = (),
    images: Sequence[RemadeImage] = (),
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """Stores a question and starts its answer, all or nothing. The client makes the ids; a repeat changes nothing.

    `assistant` (a slug) counts for a new conversation. `edits` is the question that this one stands in the place
    of, with its images; without it the conversation goes on. `files` were brought by the same person before;
    `images` come with the question, judged already. `start` is called inside the transaction. Raises BadInput for
    an empty or overlong text and for images that the assistant cannot see, NotFound for somebody else's
    conversation or file, Conflict while an answer is written, TooMany for who asks too much.
    """
    text = text_clean(text)

    def store() -> Sent:
        person_limit(actor)
        conversation = conversation_open(actor, conversation_id, assistant, text)
        named_by(conversation, text)
        if conversation.standing in WITH_PEOPLE:
            sent = _for_people(actor, conversation, message_id, text, edits)
            files_send(actor, files, sent.message)
            return sent
        before = _question(conversation, edits) if edits is not None else None
        parent = before.parent_id if before else conversation.head_id
        question = message_append(conversation, Role.USER, parent, text, id=message_id)
        if before:
            images_copy(before, question)
        files_send(actor, files, question)
        for image in images:
            image_store(image, "image", message=question)
        if before or files or images:
            images_need_eyes(conversation, question)
        return _answer_begin(actor, conversation, question, generation_id, start, last=question.position)

    return once(actor, store, lambda: repeated(actor, message_id, generation_id, conversation_id))


def message_again(
    *,
    actor: Actor,
    question_id: UUID,
    generation_id: UUID,
    conversation_id: UUID,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """Answers a question anew; the answers before stay as versions. Raises as `message_send` does."""

    def store() -> Sent:
        person_limit(actor)
        conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
        still_open(actor, conversation)
        not_with_people(conversation)
        question = _question(conversation, question_id)
        images_need_eyes(conversation, question)
        return _answer_begin(actor, conversation, question, generation_id, start)

    return once(actor, store, lambda: repeated(actor, question_id, generation_id, conversation_id, again=True))


def once(actor: Actor, store: Callable[[], Sent], stored: Callable[[], Sent | None]) -> Sent:
    """What `stored` finds of this very request, else what `store` stores, in the person's turn."""
    try:
        with transaction.atomic():
            person_turn(actor)  # first of all: what another tab is storing is seen whole, or not at all
            return stored() or store()
    except IntegrityError as error:
        # An answer is being written here, or somebody who is nobody sent the same at once.
        if sent := stored():
            return sent
        raise Conflict(_("An answer is still being written here. Wait for it, or stop it.")) from error


def repeated(
    actor: Actor, message_id: UUID, generation_id: UUID, conversation_id: UUID, *, again: bool = False
) -> Sent | None:
    """What this very request has stored before. Raises NotFound where its ids are taken by something else."""
    if not again and not _is_known(message_id, generation_id):
        return None
    generation = Generation.objects.select_related("question__conversation").filter(pk=generation_id).first()
    message = generation.question if generation else Message.objects.filter(pk=message_id).first()
    if message is None or (again and generation is None):
        return None
    same = (message.pk, message.conversation_id) == (message_id, conversation_id)
    of_people = generation is None and not message.attempts.exists()
    if not (generation or of_people) or not same or not owned_by(actor, message.conversation):
        raise NotFound(_("There is no such conversation."))
    return Sent(message, generation, message.conversation, repeated=True)


def _is_known(message_id: UUID, generation_id: UUID) -> bool:
    """Whether either id is taken; of a new question, as nearly all are, no more need be asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM chat_message WHERE id = %s)"
            " OR EXISTS (SELECT FROM chat_generation WHERE id = %s)",
            [message_id, generation_id],
        )
        return bool(cursor.fetchone()[0])


def _for_people(actor: Actor, conversation: Conversation, message_id: UUID, text: str, edits: UUID | None) -> Sent:
    """For the person who answers here; the model is not asked, and what was said stays as it is."""
    if edits is not None:
        not_with_people(conversation)
    written_limit(conversation)
    question = message_append(conversation, Role.USER, conversation.head_id, text, id=message_id)
    conversation.head = _meanwhile(conversation, question) or question
    conversation.save(update_fields=["head", "title", "updated_at"])
    data = {"characters": len(text), "language": question.language, "standing": conversation.standing}
    audit_record(actor=actor, action="message.sent", target=f"conversation:{conversation.pk}", data=data)
    return Sent(question, None, conversation)


def _meanwhile(conversation: Conversation, question: Message) -> Message | None:
    """What the customer is told until a person answers: that it waits, once, and in an emergency what to do."""
    before = conversation.head
    is_waiting = conversation.standing != Standing.PERSON
    waiting = of_people("waiting", conversation.assistant, question.language) if is_waiting else ""
    if before is not None and before.role == Role.ASSISTANT and waiting and waiting in before.text:
        waiting = ""
    text = "\n\n".join(filter(None, [emergency_text(conversation.assistant, question.text), waiting]))
    return (
        message_append(conversation, Role.ASSISTANT, question.pk, text, language=question.language)
        if text
        else None
    )


def not_with_people(conversation: Conversation) -> None:
    """Raises Conflict where a person answers."""
    if conversation.standing in WITH_PEOPLE:
        raise Conflict(_("A person answers here now. Write a new message instead."))


def _answer_begin(
    actor: Actor,
    conversation: Conversation,
    question: Message,
    generation_id: UUID,
    start: Callable[[UUID], None],
    *,
    last: int | None = None,
) -> Sent:
    able_to_answer(conversation.assistant)
    answer = message_append(conversation, Role.ASSISTANT, question.pk, "", last=last, language=question.language)
    generation = Generation.objects.create(
        id=generation_id, conversation=conversation, question=question, answer=answer
    )
    conversation.head, conversation.standing = answer, Standing.BOT
    conversation.save(update_fields=["head", "standing", "title", "updated_at"])
    start(generation_id)
    # Last: from here to the commit all other senders wait for the chain.
    data = {"generation": str(generation_id), "characters": len(question.text), "language": question.language}
    if conversation.is_trial:
        data["trial"] = True
    audit_record(actor=actor, action="message.sent", target=f"conversation:{conversation.pk}", data=data)
    return Sent(question, generation, conversation)


def _question(conversation: Conversation, message_id: UUID) -> Message:
    question = conversation.messages.filter(pk=message_id, role=Role.USER).first()
    if question is None:
        raise NotFound(_("There is no such question in this conversation."))
    return question
