"""Renders application errors: JSON for programs, a page for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from .errors import ApplicationError


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


class ErrorMiddleware(MiddlewareMixin):
    """Turns an `ApplicationError` raised by a view into a response with its status."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ApplicationError):
            return None
        if wants_json(request):
            return JsonResponse({"error": exception.as_dict()}, status=exception.status)
        context = {"status": exception.status, "message": exception.message}
        return render(request, "core/error.html", context, status=exception.status)
