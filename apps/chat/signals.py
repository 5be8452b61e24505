"""What the chat does when something happens elsewhere."""

from functools import partial
from typing import Any
from uuid import UUID

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from apps.accounts.actors import VISITOR_KEY
from apps.accounts.models import User
from apps.accounts.permissions import can
from apps.accounts.signals import may_otherwise
from apps.core.actor import Actor
from apps.knowledge.services import personal_delete

from .models import QuestionFile
from .news import person_tell, standing_tell
from .services import conversations_adopt, handover_release


@receiver(user_logged_in)
def visitor_signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """The conversations begun before signing in stay the person's; the browser is no visitor any more. Who is shut
    out takes none along: a sign-in that had begun before ends here as well.
    """
    if user.is_active and (visitor := request.session.pop(VISITOR_KEY, None)):
        ip = request.META.get("REMOTE_ADDR", "")
        actor = Actor(user_id=user.pk, label=user.get_username(), role=user.role, ip=ip)
        conversations_adopt(actor=actor, visitor_id=UUID(visitor))


@receiver(user_logged_out)
def person_signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Tabs that are still open learn of it; the session goes first, or they would find it there."""
    request.session.flush()
    if user is not None:
        person_tell(user.pk)


@receiver([password_changed, password_reset, authenticator_added, authenticator_removed])
def person_signs_in_otherwise(user: User, **_kwargs: Any) -> None:
    """What was opened with the old password, or without a second step, has ended, and no answer goes on into it."""
    person_tell(user.pk)


@receiver(may_otherwise)
def what_was_taken_waits(actor: Actor, user: User, **_kwargs: Any) -> None:
    """Customers of who may not answer them any more wait for a colleague."""
    if not can(user, "conversations.attend"):
        for conversation in handover_release(actor=actor, user_id=user.pk):
            transaction.on_commit(partial(standing_tell, conversation))


@receiver(post_delete, sender=QuestionFile)
def file_deleted(instance: QuestionFile, **_kwargs: Any) -> None:
    """Whatever took the row, a conversation or a whole account: what was read of the file goes as well."""
    if instance.collection_id is not None:
        personal_delete([instance.collection_id])
