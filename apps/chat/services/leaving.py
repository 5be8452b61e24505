"""Deleting an account with all that its person said. It is over at once, and gone when a job has done it."""

from django.db import transaction

from apps.accounts.services import user_close
from apps.core.actor import Actor

from .removing import removal_of_account


@transaction.atomic
def account_delete(*, actor: Actor, username: str) -> None:
    """One's own, or of a blocked person. What they had taken waits for a colleague (`handover_release`).

    The audit log stays, and so does what its person did as staff: replies, corrections, documents. Raises NotFound,
    and Conflict for the last administrator and for somebody else's account that is not blocked.
    """
    user = user_close(actor=actor, username=username)
    removal_of_account(actor=actor, owner_id=user.pk)
