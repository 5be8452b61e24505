"""What the chat does when something happens elsewhere."""

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from apps.accounts.actors import VISITOR_KEY
from apps.accounts.models import User
from apps.core.actor import Actor

from .services import conversations_adopt


@receiver(user_logged_in)
def visitor_signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """The conversations begun before signing in stay the person's; the browser is no visitor any more."""
    if visitor := request.session.pop(VISITOR_KEY, None):
        ip = request.META.get("REMOTE_ADDR", "")
        actor = Actor(user_id=user.pk, label=user.get_username(), role=user.role, ip=ip)
        conversations_adopt(actor=actor, visitor_id=UUID(visitor))
