"""The audit log, and proving it whole."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from apps.audit.selectors import audit_events, audit_verification

from ..access import needs
from ..asked import text
from ..reading.paging import beyond

PAGE_SIZE = 100


@needs("audit.read")
@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """POST walks the whole chain, which takes a while on a long one; nothing is changed."""
    filters = {name: text(request.GET, name, longest=200) for name in ("action", "target", "actor")}
    before = request.GET.get("before", "")
    events = audit_events(**filters)
    if before.isdecimal():
        events = events.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(events[: PAGE_SIZE + 1])
    query = urlencode({name: value for name, value in filters.items() if value})
    context = {
        "events": rows[:PAGE_SIZE],
        "filters": filters,
        "query": query,
        "after": beyond(query, before=str(rows[PAGE_SIZE - 1].pk)) if len(rows) > PAGE_SIZE else "",
        "verification": audit_verification() if request.method == "POST" else None,
        "here": "audit",
    }
    return render(request, "console/audit.html", context)
