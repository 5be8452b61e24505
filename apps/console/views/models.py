"""The registry: models, versions, and what stands behind each name."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.registry.models import Source, VersionState
from apps.registry.selectors import (
    alias_moves,
    alias_names,
    reason_shown,
    upload_names,
    version_checkable,
    version_discardable,
    version_get,
)
from apps.registry.services import version_discard

from ..access import needs
from ..reading.models import behind, models, rollouts_of, runtime_state
from ..words import upload_strings


@needs("registry.read")
def model_page(request: HttpRequest) -> HttpResponse:
    runtime = runtime_state()
    context = {"runtime": runtime, "behind": behind(runtime), "models": models(runtime), "here": "models"}
    return render(request, "console/models.html", context)


@needs("registry.read")
def version_page(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version = version_get(version_id)
    runtime = runtime_state()
    context = {
        "version": version,
        "loaded": runtime.of(version),
        "runtime": runtime,
        "rollouts": rollouts_of(version),
        "aliases": alias_names(version.kind),
        "quantizations": runtime.quantizations(),
        "elsewhere": version.source == Source.ENDPOINT,
        "ready": version.state == VersionState.READY,
        "checkable": version_checkable(version),
        "discardable": version_discardable(version),
        "under_way": version.state in {VersionState.UPLOADING, VersionState.CHECKING},
        "here": "models",
    }
    return render(request, "console/version.html", context)


@needs("registry.read")
def version_state(request: HttpRequest, version_id: UUID) -> JsonResponse:
    """For the page that watches a check."""
    version = version_get(version_id)
    return JsonResponse(
        {"state": version.state, "label": version.get_state_display(), "reason": reason_shown(version.rejection)}
    )


@needs("registry.upload")
@require_POST
def version_away(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version = version_discard(actor=actor_from_request(request), version_id=version_id)
    messages.success(request, _("%(label)s is put away.") % {"label": version.label})
    return redirect("console:models")


@needs("registry.upload")
def upload_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "console/upload.html", {"names": upload_names(), "strings": upload_strings(), "here": "models"}
    )


@needs("registry.read")
def alias_page(request: HttpRequest, name: str) -> HttpResponse:
    context = {"name": name, "moves": alias_moves(name)[:200], "here": "models"}
    return render(request, "console/alias.html", context)
