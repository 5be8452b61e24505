"""Files on their way in: start, ask for the offset, send on, finish. JSON and bytes only."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.core.middleware import wants_json
from apps.registry.models import ModelVersion
from apps.registry.selectors import version_get
from apps.registry.services import (
    upload_append,
    upload_cancel,
    upload_finish,
    upload_offset,
    upload_start,
    version_check_again,
)

from ..access import needs
from ..chunked import chunk_of, declared_files, json_body, offset_response

MOST_FILES = 500


@needs("registry.upload")
@require_POST
def start(request: HttpRequest) -> JsonResponse:
    """{"name", "files": [{"name", "size"}]} -> the version and the files' offsets."""
    body, files = declared_files(request, MOST_FILES)
    version = upload_start(actor=actor_from_request(request), name=str(body.get("name", "")), files=files)
    return JsonResponse(_state(version), status=201)


@needs("registry.upload")
def state(request: HttpRequest, version_id: UUID) -> JsonResponse:
    """The files with their offsets, for going on after a break."""
    return JsonResponse(_state(version_get(version_id)))


@needs("registry.upload")
@require_http_methods(["HEAD", "PATCH"])
def file(request: HttpRequest, version_id: UUID, name: str) -> HttpResponse:
    """HEAD tells the offset; PATCH appends the body at Upload-Offset, 409 when that is not the offset."""
    if request.method == "HEAD":
        row = upload_offset(version_id=version_id, name=name)
        return offset_response(row.received, row.size, 200)
    offset, chunk = chunk_of(request)
    row = upload_append(version_id=version_id, name=name, offset=offset, chunk=chunk)
    return offset_response(row.received, row.size, 204)


@needs("registry.upload")
@require_POST
def finish(request: HttpRequest, version_id: UUID) -> JsonResponse:
    """{"sha256": {name: hex}}, or nothing: files that are named are compared with what arrived."""
    digests = json_body(request).get("sha256", {}) if request.content_type == "application/json" else {}
    if not isinstance(digests, dict) or not all(isinstance(digest, str) for digest in digests.values()):
        raise BadInput(_("SHA-256 is given as hexadecimal digits for each file."))
    version = upload_finish(actor=actor_from_request(request), version_id=version_id, sha256=digests)
    return JsonResponse(_state(version), status=202)


@needs("registry.upload")
@require_POST
def cancel(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """For the upload's page, and for the button of the version's page."""
    version = upload_cancel(actor=actor_from_request(request), version_id=version_id)
    return JsonResponse(_state(version)) if wants_json(request) else redirect("console:version", version.pk)


@needs("registry.upload")
@require_POST
def check_again(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """For the button of a rejected version whose files were kept."""
    version_check_again(actor=actor_from_request(request), version_id=version_id)
    return redirect("console:version", version_id)


def _state(version: ModelVersion) -> dict[str, Any]:
    """What the page's script goes on from: the files with their offsets, and where each is sent."""
    return {
        "id": str(version.id),
        "label": version.label,
        "state": version.state,
        "url": reverse("console:version", args=[version.id]),
        "finish": reverse("console:upload-finish", args=[version.id]),
        "cancel": reverse("console:upload-cancel", args=[version.id]),
        "files": [
            {
                "name": row.name,
                "size": row.size,
                "received": row.received,
                "address": reverse("console:upload-file", args=[version.id, row.name]),
            }
            for row in version.files.all()
        ],
    }
