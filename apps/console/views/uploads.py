"""Files on their way in: start, ask for the offset, send on, finish. JSON and bytes only."""

import json
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
from apps.registry.models import ModelVersion, UploadedFile
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

CONTENT_TYPE = "application/offset+octet-stream"
_LONGEST_OFFSET = 19  # decimal digits of a 64-bit number


@needs("registry.upload")
@require_POST
def start(request: HttpRequest) -> JsonResponse:
    """{"name", "files": [{"name", "size"}]} -> the version and the files' offsets."""
    body = _json(request)
    files = body.get("files")
    if not isinstance(files, list) or len(files) > 500 or not all(isinstance(file, dict) for file in files):
        raise BadInput(_("Say which files will come."))
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
        return _offset(upload_offset(version_id=version_id, name=name), 200)
    if request.content_type != CONTENT_TYPE:
        raise BadInput(_("The content type must be %(type)s.") % {"type": CONTENT_TYPE})
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= _LONGEST_OFFSET):
        raise BadInput(_("Upload-Offset must be a whole number."))
    row = upload_append(version_id=version_id, name=name, offset=int(offset), chunk=request.body)
    return _offset(row, 204)


@needs("registry.upload")
@require_POST
def finish(request: HttpRequest, version_id: UUID) -> JsonResponse:
    """{"sha256": {name: hex}}, or nothing: files that are named are compared with what arrived."""
    digests = _json(request).get("sha256", {}) if request.content_type == "application/json" else {}
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


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The request is not JSON.")) from error
    if not isinstance(body, dict):
        raise BadInput(_("The request is not JSON."))
    return body


def _offset(row: UploadedFile, status: int) -> HttpResponse:
    headers = {"Upload-Offset": str(row.received), "Upload-Length": str(row.size), "Cache-Control": "no-store"}
    return HttpResponse(status=status, headers=headers)


def _state(version: ModelVersion) -> dict[str, Any]:
    return {
        "version": str(version.id),
        "label": version.label,
        "state": version.state,
        "url": reverse("console:version", args=[version.id]),
        "files": [{"name": row.name, "size": row.size, "received": row.received} for row in version.files.all()],
    }
