"""The audit log, proving it whole, and taking it away."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_from_request
from apps.audit.selectors import audit_verification
from apps.audit.services import audit_record
from apps.core.db import for_slow_page
from apps.core.pages import answered_in

from ..access import needs
from ..reading.audit import actions_offered, events_found, exported_head, exported_rows, filters_asked
from ..reading.paging import beyond
from ..reading.targets import targets_named
from ..sheets import sheet

PAGE_SIZE = 100


@needs("audit.read")
@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """POST walks the whole chain, which takes a while on a long one; nothing is changed."""
    filters = filters_asked(request.GET)
    before = request.GET.get("before", "")
    events = events_found(filters)
    if before.isdecimal():
        events = events.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(events[: PAGE_SIZE + 1])
    query = urlencode({name: value for name, value in filters.items() if value})
    context = {
        "events": rows[:PAGE_SIZE],
        "names": targets_named((event.target for event in rows), request.user),
        "filters": filters,
        "actions": actions_offered(filters["action"]),
        "query": query,
        "after": beyond(query, before=str(rows[PAGE_SIZE - 1].pk)) if len(rows) > PAGE_SIZE else "",
        "verification": audit_verification() if request.method == "POST" else None,
        "here": "audit",
    }
    return render(request, "console/audit.html", context)


@answered_in(for_slow_page)
@needs("audit.read")
@require_http_methods(["GET"])
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters leave, up to the record of this export."""
    filters = filters_asked(request.GET)
    asked = {name: value for name, value in filters.items() if value}
    told = audit_record(actor=actor_from_request(request), action="audit.exported", target="", data=asked)
    events = events_found(filters).filter(pk__lt=told.pk)
    rows = exported_rows(events, request.user, get_language() or "en")
    return sheet(_("Audit log"), exported_head(), rows)
