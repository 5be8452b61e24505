"""What the runtime holds, and what is being brought in."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound

from .deployment.sayings import error_shown
from .models import Rollout
from .runtime.control import Loaded, loaded_models
from .runtime.endpoints import endpoint_keys

__all__ = ["Loaded", "deployments", "endpoint_keys", "error_shown", "rollout_get", "rollouts"]


def deployments() -> list[Loaded]:
    """Every model in the runtime with its state. Raises RuntimeUnavailable when the runtime does not answer."""
    return loaded_models()


def rollouts() -> QuerySet[Rollout]:
    """Newest first."""
    return Rollout.objects.select_related("version__model")


def rollout_get(rollout_id: UUID) -> Rollout:
    rollout = rollouts().filter(pk=rollout_id).first()
    if rollout is None:
        raise NotFound(_("There is no such attempt."))
    return rollout
