"""What customers ask, what gets no answer, and how often an answer is given again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.audit.services import audit_record
from apps.chat.evaluation.corrections import case_asked
from apps.chat.evaluation.selectors import sets
from apps.chat.evaluation.services import case_add, set_create
from apps.chat.insights.cached import cache_figures
from apps.chat.insights.questions import questions, unanswered
from apps.chat.models import EvaluationSet, Generation, Origin
from apps.core.errors import BadInput, NotFound

from ..access import needs
from ..asked import page_number, text
from ..reading.conversations import choices
from ..reading.insights import asked_before, nearest
from ..reading.paging import page_of

DAYS = (7, 30, 90)
SHOWN = 25  # of what is asked most


@needs("transcript.read")
def insights(request: HttpRequest) -> HttpResponse:
    """Shows what people wrote, so the reading is recorded."""
    audit_record(actor=actor_from_request(request), action="insights.read", target="")
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(choice) for choice in DAYS} else DAYS[1]
    assistant = text(request.GET, "assistant", longest=64)
    found = questions(days=days, assistant=assistant)
    frequent, missed = [asked for asked in found if asked.count > 1], unanswered(found)
    page = page_of(missed, page_number(request.GET), days=str(days), assistant=assistant)
    shown = [*frequent[:SHOWN], *page.rows]
    context = {
        "days": days,
        "all_days": DAYS,
        "assistant": assistant,
        "assistants": choices()["assistant"],
        "frequent": frequent[:SHOWN],
        "frequent_count": len(frequent),
        "unanswered": page,
        "unanswered_count": len(missed),
        "names": dict(choices()["assistant"]),
        "nearest": nearest(shown),
        "before": asked_before(shown),
        "any": bool(found),
        "cache": cache_figures(days=days, assistant=assistant),
        "sets": sets(),
        "here": "insights",
    }
    return render(request, "console/insights.html", context)


@needs("transcript.read")
@require_POST
def insight_add(request: HttpRequest) -> HttpResponse:
    """Makes a case of a question that was asked: with the answer that is typed, or as one that has none."""
    generation = _generation(request.POST.get("generation", ""))
    answer = text(request.POST, "answer", longest=1000)
    case = case_asked(generation, (answer,) if answer else ())
    actor = actor_from_request(request)
    if chosen := request.POST.get("set", ""):
        into = EvaluationSet.objects.filter(pk=_uuid(chosen)).first()
        if into is None:
            raise NotFound(_("There is no such set."))
        case_add(actor=actor, set_id=into.pk, case=case)
    else:
        into = set_create(
            actor=actor, name=text(request.POST, "name", longest=80), cases=[case], origin=Origin.CONVERSATIONS
        )
    messages.success(request, _("Added to “%(name)s”.") % {"name": into.name})
    return redirect("console:insights")


def _generation(pk: str) -> Generation:
    rows = Generation.objects.filter(conversation__is_trial=False)
    found = rows.select_related("question", "conversation__assistant").filter(pk=_uuid(pk)).first()
    if found is None:
        raise NotFound(_("There is no such answer."))
    return found


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise BadInput(_("Choose a set.")) from error
