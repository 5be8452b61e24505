"""The console's front door, and the figures."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.permissions import can
from apps.chat.models import Assistant

from ..access import needs
from ..asked import text
from ..reading.chart import chart_of
from ..reading.conversations import choices
from ..reading.figures import COUNTED, figures, figures_head, figures_rows, labels
from ..reading.numbers import numbers
from ..sheets import sheet

DAYS = (1, 7, 30, 90)
DRAWN = COUNTED[:4]


@needs("console.use")
def home(request: HttpRequest) -> HttpResponse:
    """The first page that the person may see."""
    return redirect("console:conversations" if can(request.user, "transcript.read") else "console:models")


@needs("console.use")
def overview(request: HttpRequest) -> HttpResponse:
    """`?days=` and `?assistant=` choose; of one day no line is drawn."""
    days, assistant = _asked(request)
    found = figures(days, assistant)
    words = labels()
    series = [(words[name], [tally[name] for _day, tally in found.days]) for name in DRAWN]
    context = {
        "numbers": numbers(days, assistant),
        "figures": found,
        "counted": COUNTED,
        "labels": words,
        "chart": chart_of(series) if days > 1 else None,
        "choices": DAYS,
        "assistant": assistant,
        "assistants": choices()["assistant"],
        "here": "overview",
    }
    return render(request, "console/overview.html", context)


@needs("console.use")
def overview_export(request: HttpRequest) -> StreamingHttpResponse:
    found = figures(*_asked(request))
    return sheet(_("Statistics"), figures_head(), figures_rows(found))


def _asked(request: HttpRequest) -> tuple[int, str]:
    """What makes no sense is a week, of all assistants."""
    days, assistant = request.GET.get("days", ""), text(request.GET, "assistant", longest=64)
    known = Assistant.objects.filter(slug=assistant).exists()
    return int(days) if days in {str(choice) for choice in DAYS} else 7, assistant if known else ""
