"""Who may change the knowledge base."""

from django.utils.translation import gettext as _

from apps.accounts.permissions import ALLOWED
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotAllowed


def manager_required(actor: Actor) -> None:
    """Raises NotAllowed for everybody but those who keep the knowledge, and the system itself (commands)."""
    _required(actor, "knowledge.manage")


def corrector_required(actor: Actor) -> None:
    """Raises NotAllowed for everybody but those who correct answers, and the system itself."""
    _required(actor, "answers.correct")


def _required(actor: Actor, verb: str) -> None:
    if actor != SYSTEM and actor.role not in ALLOWED[verb]:
        raise NotAllowed(_("Your account may not do this. Ask an administrator for the role that may."))
