"""The console's front door, and the few figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.accounts.permissions import can

from ..access import needs
from ..reading.numbers import numbers

DAYS = (1, 7, 30)


@needs("console.use")
def home(request: HttpRequest) -> HttpResponse:
    """The first page that the person may see."""
    return redirect("console:conversations" if can(request.user, "transcript.read") else "console:models")


@needs("console.use")
def overview(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(choice) for choice in DAYS} else 7
    return render(request, "console/overview.html", {"numbers": numbers(days), "choices": DAYS, "here": "overview"})
