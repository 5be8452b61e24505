"""The file behind a source, as it was imported."""

import math
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from rest_framework.throttling import SimpleRateThrottle

from apps.core.errors import NotFound, TooMany
from apps.core.parts import file_response

from .original import original_open
from .selectors import access_passage

# A viewer draws a PDF itself, and some refuse to in a sandbox; whatever else is served here never runs.
_DRAWN = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'"
)
_KEPT = "default-src 'none'; sandbox"


class _Opening(SimpleRateThrottle):
    """A viewer asks for a file in parts, many at once; nobody needs whole libraries. Each web process counts."""

    rate = "240/min"

    def get_cache_key(self, request: Any, view: object) -> str:
        return f"originals-opened-by-{request.user.pk or request.META.get('REMOTE_ADDR', '')}"


@require_safe
def original(request: HttpRequest, passage_id: UUID) -> HttpResponseBase:
    """A PDF in the browser's own viewer, anything else to keep: no page is ever shown in our name."""
    _opening_limit(request)
    passage = access_passage(request.user, passage_id)
    found = original_open(request.user, passage.document)
    if found is None:
        raise NotFound(_("The file behind this passage cannot be opened here."))
    headers = {
        "Content-Type": "application/pdf" if found.is_pdf else "application/octet-stream",
        "Content-Disposition": content_disposition_header(not found.is_pdf, found.name) or "inline",
        "Content-Security-Policy": _DRAWN if found.is_pdf else _KEPT,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    try:
        return file_response(request, found.path, tag=found.path.stem, headers=headers)
    except FileNotFoundError:  # an import replaced it this very moment
        raise NotFound(_("The file behind this passage cannot be opened here.")) from None


def _opening_limit(request: HttpRequest) -> None:
    """Raises TooMany."""
    limit = _Opening()
    if limit.allow_request(request, None):  # type: ignore[arg-type]
        return
    seconds = math.ceil(limit.wait() or 1)
    message = ngettext(
        "Too many files opened at once. Please wait %(seconds)d second.",
        "Too many files opened at once. Please wait %(seconds)d seconds.",
        seconds,
    )
    raise TooMany(message % {"seconds": seconds}, extra={"seconds": seconds})
