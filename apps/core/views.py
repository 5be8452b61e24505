"""Health, and the pages for what nobody meant to happen."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def health(request: HttpRequest) -> JsonResponse:
    """200 when this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "core/error.html", {"status": 404, "message": _("There is no page here.")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    message = _("Something failed on our side. Nothing that you wrote is lost; please try again.")
    return render(request, "core/error.html", {"status": 500, "message": message}, status=500)
