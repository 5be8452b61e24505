"""Reading the chat. `access_*` fetch and authorise in one step; a stranger does not even learn what exists."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.permissions import audiences_of, role_may
from apps.core.actor import SYSTEM, Actor, InboxActor, KeyActor
from apps.core.errors import NotFound
from apps.registry.selectors import alias_target

from .models import (
    Assistant,
    AssistantVersion,
    Conversation,
    Generation,
    QuestionFile,
    Share,
    Status,
    StoredImage,
    Task,
)

_FINISHED = Q(status=Status.DONE) & ~Q(outcome="")


def owned_by(actor: Actor, conversation: Conversation) -> bool:
    """Whether it is the person's own; the system's belong to nobody."""
    if actor.user_id is not None:
        return conversation.owner_id == actor.user_id
    if isinstance(actor, KeyActor):
        return conversation.key_id == actor.key_id
    return actor.visitor_id is not None and conversation.visitor_id == actor.visitor_id


def conversations_of(actor: Actor) -> QuerySet[Conversation]:
    """The person's own, last used first."""
    conversations = Conversation.objects.select_related("assistant")
    if actor.user_id is not None:
        return conversations.filter(owner_id=actor.user_id)
    if isinstance(actor, KeyActor):
        return conversations.filter(key_id=actor.key_id)
    if actor.visitor_id is not None:
        return conversations.filter(owner=None, visitor_id=actor.visitor_id)
    return conversations.none()


def conversations_listed(actor: Actor) -> QuerySet[Conversation]:
    """Those of them that their list has: no trials."""
    return conversations_of(actor).filter(is_trial=False)


def access_conversation(*, actor: Actor, conversation_id: UUID, lock: bool = False) -> Conversation:
    """The actor's own conversation, with its row locked where asked; NotFound for any other."""
    conversations = conversations_of(actor).filter(pk=conversation_id)
    conversation = (conversations.select_for_update(of=("self",)) if lock else conversations).first()
    if conversation is None:
        raise NotFound(_("There is no such conversation."))
    return conversation


def access_generation(*, actor: Actor, generation_id: UUID) -> Generation:
    """A generation in one of the actor's own conversations; NotFound for any other."""
    generation = Generation.objects.filter(pk=generation_id, conversation__in=conversations_of(actor)).first()
    if generation is None:
        raise NotFound(_("There is no such answer."))
    return generation


def first_answers(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """One for each question: who has it answered again asks nothing new, and hears less each time.

    The first that was finished; only of a question that has none, the first of those that failed or were stopped.
    """
    same = Generation.objects.filter(question=OuterRef("question"))
    before = same.filter(created_at__lt=OuterRef("created_at"))
    of_finished = _FINISHED & ~Exists(before.filter(_FINISHED))
    return generations.filter(of_finished | ~_FINISHED & ~Exists(same.filter(_FINISHED)) & ~Exists(before))


def first_finished(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """Those of `first_answers` that were finished: what the database finds for all questions at once."""
    before = Generation.objects.filter(question=OuterRef("question"), created_at__lt=OuterRef("created_at"))
    return generations.filter(_FINISHED).filter(~Exists(before.filter(_FINISHED)))


def assistants_of(actor: Actor) -> QuerySet[Assistant]:
    """Those that the person may talk to, in their order; the system to all that are enabled, a key to its own.

    On another site those of them that its widget offers.
    """
    enabled = Assistant.objects.filter(enabled=True)
    if isinstance(actor, KeyActor):
        return enabled.filter(slug__in=actor.assistants)
    offered = enabled if actor == SYSTEM else enabled.filter(audience__in=audiences_of(actor.role))
    return offered.filter(slug__in=actor.assistants) if isinstance(actor, InboxActor) else offered


def trials_of(actor: Actor) -> QuerySet[Assistant]:
    """What the person is setting up and has not saved, as long as they may set assistants up."""
    if actor.user_id is None or not role_may(actor.role, "assistants.manage"):
        return Assistant.with_trials.none()
    return Assistant.with_trials.filter(editor_id=actor.user_id)


def assistants_offered(actor: Actor) -> list[Assistant]:
    """Of those that the person may talk to, the ones that can answer: to write freely takes an able model."""
    return [assistant for assistant in assistants_of(actor) if is_able(assistant)]


def is_able(assistant: Assistant) -> bool:
    """Whether it only quotes, or the model behind its alias can be left to write by itself."""
    if assistant.quotes:
        return True
    try:
        return alias_target(assistant.alias).version.writes_freely
    except NotFound:
        return False


def sees_images(assistant: Assistant) -> bool:
    """Whether the model behind it reads images; a translator is given texts only, a paragraph at a time."""
    if assistant.task == Task.TRANSLATE:
        return False
    try:
        return alias_target(assistant.alias).version.reads_images
    except NotFound:
        return False


def access_image(*, actor: Actor, file_id: UUID) -> StoredImage:
    """An image of the actor's own: not sent yet, or in one of their conversations. NotFound for any other."""
    own = Q(file__in=files_unsent(actor)) | Q(file__message__conversation__in=conversations_of(actor))
    image = StoredImage.objects.filter(own, pk=file_id).first()
    if image is None:
        raise NotFound(_("There is no such file."))
    return image


def conversation_image(conversation_id: UUID, file_id: UUID) -> StoredImage:
    """One that was sent in that conversation, for the people who read transcripts; no trial. Raises NotFound."""
    sent = QuestionFile.objects.filter(message__conversation=conversation_id, message__conversation__is_trial=False)
    image = StoredImage.objects.filter(pk=file_id, file__in=sent).first()
    if image is None:
        raise NotFound(_("There is no such file."))
    return image


def files_unsent(actor: Actor) -> QuerySet[QuestionFile]:
    """What the person has brought and not sent yet."""
    files = QuestionFile.objects.filter(message=None)
    if actor.user_id is not None:
        return files.filter(owner_id=actor.user_id)
    return files.filter(owner=None, visitor_id=actor.visitor_id) if actor.visitor_id else files.none()


def assistants() -> QuerySet[Assistant]:
    """All for the people who set them up: as they are offered, and behind them those that are closed."""
    return Assistant.objects.order_by("-enabled", "position", "slug").prefetch_related("collections")


def assistant_find(slug: str) -> Assistant:
    """Open or closed. Raises NotFound."""
    assistant = Assistant.objects.filter(slug=slug).first()
    if assistant is None:
        raise NotFound(_("There is no such assistant."))
    return assistant


def versions_of(assistant: Assistant) -> QuerySet[AssistantVersion]:
    """The newest first."""
    return AssistantVersion.objects.filter(assistant=assistant)


def access_assistant(*, actor: Actor, slug: str) -> Assistant:
    """Raises NotFound, as for one that is not there; the message names those that are."""
    found = assistants_of(actor)
    assistant = found.filter(slug=slug).first() or trials_of(actor).filter(slug=slug).first()
    if assistant is None:
        names = ", ".join(found.values_list("slug", flat=True)) or "–"
        text = _("There is no assistant “%(slug)s” here. There are: %(names)s.")
        raise NotFound(text % {"slug": slug, "names": names})
    return assistant


def share_get(token: str) -> Share:
    """Whoever knows the token may read. Raises NotFound, also for one that was deleted."""
    share = Share.objects.filter(token=token).first()
    if share is None:
        raise NotFound(_("There is nothing at this address. Whoever shared it may have taken it back."))
    return share
