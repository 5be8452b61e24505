"""The conversation that somebody writes in: theirs, or a new one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from apps.core.actor import Actor, InboxActor, KeyActor
from apps.core.errors import NotFound, Unavailable
from apps.core.language import detect_language

from ..generation.asking.greetings import greeting_of
from ..happenings import Happening, tell
from ..models import Assistant, Conversation
from ..selectors import access_assistant, assistants_of, is_able, owned_by, trials_of
from .conversation import title_of


def conversation_open(
    actor: Actor, conversation_id: UUID, slug: str, text: str, given: Sequence[Mapping[str, str]] = ()
) -> Conversation:
    """Locked, so that two sends into it come one after the other; made, and named by `text`, where it is new.

    Raises NotFound for somebody else's, and where the assistant is not for the person (any more).
    """
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if conversation is not None:
        if not owned_by(actor, conversation):
            raise NotFound(_("There is no such conversation."))
        still_open(actor, conversation)
        return conversation
    assistant = access_assistant(actor=actor, slug=slug)
    opened = Conversation.objects.create(
        id=conversation_id,
        assistant=assistant,
        is_trial=assistant.editor_id is not None,
        owner_id=actor.user_id,
        visitor_id=actor.visitor_id,
        key_id=actor.key_id if isinstance(actor, KeyActor) else None,
        inbox_id=actor.inbox_id if isinstance(actor, InboxActor) else None,
        visitor_name=actor.label if isinstance(actor, InboxActor) and actor.role else "",
        given=list(given),
        title=title_of(text),
        language=detect_language(text),
    )
    tell(Happening.CONVERSATION_CREATED, opened.pk, language=opened.language)
    return opened


def wordless_title() -> str:
    """Of a conversation that begins with asking for a person, until something is said in it."""
    return _("Talk to a person")


def named_by(conversation: Conversation, text: str) -> None:
    """Names one that began with a greeting, or with asking for a person, by the first message that asks something;
    not saved.
    """
    if (_is_wordless(conversation.title) or _only_greets(conversation.title)) and not _only_greets(text):
        conversation.title = title_of(text)


def _is_wordless(title: str) -> bool:
    """In whichever language it was opened: the reader may have changed theirs since."""
    return any(title == _in(code) for code, _name in settings.LANGUAGES)


def _only_greets(text: str) -> bool:
    return greeting_of(text, detect_language(text)) in {"hello", "thanks", "bye"}


def _in(code: str) -> str:
    with override(code):
        return wordless_title()


def still_open(actor: Actor, conversation: Conversation) -> None:
    known = trials_of(actor) if conversation.is_trial else assistants_of(actor)
    if not known.filter(pk=conversation.assistant_id).exists():
        raise NotFound(_("You can no longer talk to this assistant. Start a conversation with another."))


def able_to_answer(assistant: Assistant) -> None:
    """Raises Unavailable where the model behind it cannot do what it is for; people answer all the same."""
    if not is_able(assistant):
        text = _("“%(name)s” cannot answer now: no model that writes freely stands behind it.")
        name = assistant.in_language("name", "zh" if (get_language() or "").startswith("zh") else "en")
        raise Unavailable(text % {"name": name})
