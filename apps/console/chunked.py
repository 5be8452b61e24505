"""Requests that carry files: a description in JSON, then chunks at an offset, as in the protocol tus."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.core.errors import BadInput

CONTENT_TYPE = "application/offset+octet-stream"
_LONGEST_OFFSET = 19  # decimal digits of a 64-bit number


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Raises BadInput for what is no JSON object."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The request is not JSON.")) from error
    if not isinstance(body, dict):
        raise BadInput(_("The request is not JSON."))
    return body


def declared_files(request: HttpRequest, most: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The JSON body, and its "files"."""
    body = json_body(request)
    files = body.get("files")
    if not isinstance(files, list) or len(files) > most or not all(isinstance(file, dict) for file in files):
        raise BadInput(_("Say which files will come."))
    return body, files


def chunk_of(request: HttpRequest) -> tuple[int, bytes]:
    """(offset, bytes) of a PATCH; raises BadInput."""
    if request.content_type != CONTENT_TYPE:
        raise BadInput(_("The content type must be %(type)s.") % {"type": CONTENT_TYPE})
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= _LONGEST_OFFSET):
        raise BadInput(_("Upload-Offset must be a whole number."))
    return int(offset), request.body


def offset_response(received: int, size: int, status: int) -> HttpResponse:
    headers = {"Upload-Offset": str(received), "Upload-Length": str(size), "Cache-Control": "no-store"}
    return HttpResponse(status=status, headers=headers)
