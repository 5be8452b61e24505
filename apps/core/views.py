"""Health, and the pages for what nobody meant to happen."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .db import for_health
from .middleware import wants_json
from .pages import answered_in


@answered_in(for_health)
def health(request: HttpRequest) -> JsonResponse:
    """200 when this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "core/error.html", {"status": 404, "message": _("There is no page here.")}, status=404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this browser: its page is too old, or cookies are switched off.

    The page sets the cookie anew, so that the form sent once more after "back" is taken (static/js/form_token.js).
    """
    message = _("Nothing was sent: this page had been open for too long.")
    if wants_json(request):
        return JsonResponse({"error": {"code": "not_allowed", "message": message}}, status=403)
    get_token(request)
    return render(request, "core/form_expired.html", {"message": message}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Reads no session and no user: the database may be what failed."""
    message = _("Something failed on our side. Please try again in a moment.")
    if wants_json(request):
        return JsonResponse({"error": {"code": "internal", "message": message}}, status=500)
    return HttpResponse(render_to_string("core/server_error.html", {"message": message}), status=500)
