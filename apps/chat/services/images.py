"""Images that are brought to a question: made anew, judged, and part of what the model is asked."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import BadInput
from apps.core.language import Language
from apps.moderation.services import CheckUnavailable, image_check

from ..images import RemadeImage, data_url, image_remade
from ..models import Conversation, Message, QuestionFile, StoredImage
from ..selectors import sees_images

SEEN = 5  # images of a conversation that the model is shown, the newest


class Unseen(BadInput):
    """Images for a model that reads text only."""

    code = "images_unseen"


def image_add(*, actor: Actor, data: bytes, name: str) -> QuestionFile:
    """The image in `data` for the actor's next question. Raises BadInput with why it is refused, or Unavailable."""
    remade = image_remade(data)
    labels = async_to_sync(image_judge)(actor, remade)
    with transaction.atomic():
        file = image_store(remade, name, owner_id=actor.user_id, visitor_id=actor.visitor_id)
        facts = {"size": len(data), "image": True, "labels": labels}
        audit_record(actor=actor, action="file.brought", target=f"file:{file.pk}", data=facts)
    return file


async def image_judge(actor: Actor, remade: RemadeImage) -> list[str]:
    """The labels that moderation noted about the image. Raises BadInput for one that is blocked, and records it,
    and CheckUnavailable.
    """
    language: Language = "zh" if (get_language() or "").startswith("zh") else "en"
    verdict = await image_check(url=data_url(remade.media_type, remade.data), language=language)
    labels = sorted({finding.rule for finding in verdict.findings})
    if verdict.failed:
        raise CheckUnavailable(verdict.message)
    if verdict.action == "block":
        facts = {"size": len(remade.data), "image": True, "labels": labels}
        await in_database(partial(audit_record, actor=actor, action="file.refused", target="file:", data=facts))
        raise BadInput(verdict.message)
    return labels


def image_store(remade: RemadeImage, name: str, **whose: object) -> QuestionFile:
    """Its rows; `whose` says to whom or to which message it belongs."""
    file = QuestionFile.objects.create(
        name=name, size=len(remade.data), width=remade.width, height=remade.height, **whose
    )
    StoredImage.objects.create(file=file, media_type=remade.media_type, data=remade.data, small=remade.small)
    return file


def images_copy(before: Message, question: Message) -> None:
    """A question in other words is asked about the same images."""
    for file in before.files.exclude(width=None).select_related("image"):
        image = file.image
        file.pk, file._state.adding, file.message = uuid4(), True, question
        file.save()
        StoredImage.objects.create(file=file, media_type=image.media_type, data=image.data, small=image.small)


def images_need_eyes(conversation: Conversation, question: Message) -> None:
    """Raises Unseen where the assistant could not see what was sent with the question."""

    if question.files.exclude(width=None).exists() and not sees_images(conversation.assistant):
        raise Unseen(_("This assistant cannot see images. Describe what the image shows, or bring its text."))


def images_seen(message_ids: Sequence[UUID]) -> Mapping[UUID | None, list[str]]:
    """Of the newest images sent with these questions, their data: URLs by question, as they were sent."""
    images = StoredImage.objects.filter(file__message__in=message_ids).select_related("file")
    newest = list(images.order_by("-file__message__position", "-file__created_at").defer("small")[:SEEN])
    seen: dict[UUID | None, list[str]] = {}
    for image in reversed(newest):
        seen.setdefault(image.file.message_id, []).append(data_url(image.media_type, bytes(image.data)))
    return seen
