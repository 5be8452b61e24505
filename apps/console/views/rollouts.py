"""Trying a version, putting it behind a name, putting the previous one back; and watching how it goes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import Conflict
from apps.inference.selectors import error_shown, rollout_get
from apps.inference.services import rollout_start
from apps.registry.selectors import alias_previous, version_get

from ..access import needs
from ..asked import text


@needs("registry.upload")
@require_POST
def version_try(request: HttpRequest, version_id: UUID) -> HttpResponse:
    rollout = rollout_start(
        actor=actor_from_request(request),
        version=version_get(version_id),
        quantization=request.POST.get("quantization", "none"),
        question=text(request.POST, "question", longest=500),
    )
    return redirect("console:version", rollout.version_id)


@needs("registry.move_alias")
@require_POST
def version_activate(request: HttpRequest, version_id: UUID) -> HttpResponse:
    rollout = rollout_start(
        actor=actor_from_request(request),
        version=version_get(version_id),
        quantization=request.POST.get("quantization", "none"),
        alias=text(request.POST, "alias", longest=64),
        reason=text(request.POST, "reason", longest=300),
    )
    return redirect("console:version", rollout.version_id)


@needs("registry.move_alias")
@require_POST
def alias_back(request: HttpRequest, name: str) -> HttpResponse:
    """One click: what stood there before is loaded, tried and put back."""
    previous = alias_previous(name)
    if previous is None:
        raise Conflict(_("Nothing stood behind “%(alias)s” before.") % {"alias": name})
    rollout = rollout_start(
        actor=actor_from_request(request),
        version=previous.version,
        quantization=previous.quantization,
        alias=name,
        reason=text(request.POST, "reason", longest=300) or _("The previous version put back"),
    )
    return redirect("console:version", rollout.version_id)


@needs("registry.read")
def rollout_state(request: HttpRequest, rollout_id: UUID) -> JsonResponse:
    """For the page that watches it."""
    rollout = rollout_get(rollout_id)
    data = {"state": rollout.state, "label": rollout.get_state_display(), "error": error_shown(rollout.error)}
    return JsonResponse({**data, "result": rollout.result})
