"""What customers ask, what gets no answer, and how often an answer is given again."""

from math import ceil
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.audit.services import audit_record
from apps.chat.evaluation.corrections import case_asked
from apps.chat.evaluation.selectors import sets
from apps.chat.evaluation.services import case_add, set_create
from apps.chat.insights.before import asked_before
from apps.chat.insights.cached import cache_figures
from apps.chat.insights.questions import put_away, questions, unanswered
from apps.chat.insights.rows import MOST
from apps.chat.models import EvaluationSet, Generation, Origin
from apps.chat.services import gap_answer, gap_bring_back, gap_put_away
from apps.chat.services.correcting import LONGEST
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict, NotFound, Unavailable
from apps.core.pages import answered_in

from ..access import needs
from ..asked import chosen_id, page_number, text
from ..reading.insight_list import choices, wanted_from
from ..reading.insights import collections_into, nearest
from ..reading.paging import PAGE_SIZE, page_of

SHOWN = 25  # of what is asked most
MOST_WORDINGS = 200  # of a question
LONGEST_QUERY = 2000  # a search for a hundred Chinese characters, and the filters
PUT_AWAY = "questions_put_away"  # in the session: what was put away last


@answered_in(for_slow_page)
@needs("transcript.read")
def insights(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET)


def _page(
    request: HttpRequest, query: QueryDict, refused: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Shows what people wrote, so the reading is recorded. `refused` is an answer that could not be stored."""
    audit_record(actor=actor_from_request(request), action="insights.read", target="")
    offered = choices()
    wanted = wanted_from(query, offered)
    found, more = questions(wanted.scope)
    ours = [asked for asked in found if not asked.away_at]
    away = put_away(found)
    frequent = [asked for asked in ours if asked.count > 1 and not wanted.reason]
    missed = unanswered(ours, reason=wanted.reason, order=wanted.sort or "often")
    number = min(page_number(query), max(1, ceil(len(missed) / PAGE_SIZE)))
    page = page_of(missed, number, **wanted.address())
    shown = [*frequent[:SHOWN], *page.rows]
    near = nearest(shown)
    context = {
        "wanted": wanted,
        "choices": offered,
        "names": dict(offered["assistant"]),
        "more": more and MOST,
        "frequent": frequent[:SHOWN],
        "frequent_count": len(frequent),
        "unanswered": page,
        "near": [asked for asked in page.rows if not asked.is_far],
        "far": [asked for asked in page.rows if asked.is_far],
        "unanswered_count": len(missed),
        "far_count": sum(asked.is_far for asked in missed),
        "away": away if wanted.away else away[:PAGE_SIZE],
        "away_count": len(away),
        "undo": request.session.pop(PUT_AWAY, None),
        "nearest": near,
        "into": collections_into(shown, near),
        "back": query.urlencode(),
        "refused": refused,
        "before": asked_before(asked.newest for asked in shown),
        "any": bool(found),
        "cache": cache_figures(days=wanted.days, assistant=wanted.assistant),
        "sets": sets(),
        "here": "insights",
    }
    return render(request, "console/insights.html", context, status=status)


@needs("transcript.read")
@require_POST
def insight_add(request: HttpRequest) -> HttpResponse:
    """Makes a case of a question that was asked: with the answer that is typed, or as one that has none."""
    generation = _generation(request.POST.get("generation", ""))
    answer = text(request.POST, "answer", longest=1000)
    case = case_asked(generation, (answer,) if answer else ())
    actor = actor_from_request(request)
    if chosen := request.POST.get("set", ""):
        into = EvaluationSet.objects.filter(pk=chosen_id(chosen)).first()
        if into is None:
            raise NotFound(_("There is no such set."))
        case_add(actor=actor, set_id=into.pk, case=case)
    else:
        into = set_create(
            actor=actor, name=text(request.POST, "name", longest=80), cases=[case], origin=Origin.CONVERSATIONS
        )
    messages.success(request, _("Added to “%(name)s”.") % {"name": into.name})
    return _back(request)


@answered_in(for_slow_page)
@needs("answers.correct")
@require_POST
def gap_write(request: HttpRequest) -> HttpResponse:
    """The answer to a question goes into a collection of its assistant; where it cannot, it stands there still."""
    generation = _generation(request.POST.get("generation", ""))
    try:
        gap_answer(
            actor=actor_from_request(request),
            generation_id=generation.pk,
            collection_id=chosen_id(request.POST.get("collection", "")),
            question=text(request.POST, "question", longest=1000),
            answer=request.POST.get("answer", "")[: LONGEST + 1],
        )
    except (BadInput, Conflict, Unavailable) as error:
        messages.error(request, str(error.message))
        refused = {
            "generation": generation.pk,
            "question": request.POST.get("question", ""),
            "answer": request.POST.get("answer", ""),
            "collections": generation.conversation.assistant.collections.order_by("name"),
            "chosen": request.POST.get("collection", ""),
        }
        return _page(request, QueryDict(text(request.POST, "back", longest=LONGEST_QUERY)), refused, error.status)
    messages.success(request, _("From now on the assistant can answer with it."))
    return _back(request)


@needs("answers.correct")
@require_POST
def gap_away(request: HttpRequest) -> HttpResponse:
    """Each `generation` is a question: answers to it, one of each wording. The next page offers to undo it."""
    if chosen := request.POST.getlist("generation")[:PAGE_SIZE]:
        gap_put_away(actor=actor_from_request(request), questions=_wordings(chosen))
        request.session[PUT_AWAY] = chosen
    else:
        messages.error(request, _("Choose the questions that are to be put away."))
    return _back(request)


@needs("answers.correct")
@require_POST
def gap_back(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.getlist("generation")[:PAGE_SIZE]
    gap_bring_back(actor=actor_from_request(request), questions=_wordings(chosen))
    said = ngettext("It stands among the questions again.", "They stand among the questions again.", len(chosen))
    messages.success(request, said)
    return _back(request)


def _wordings(chosen: list[str]) -> list[list[UUID]]:
    return [[chosen_id(one) for one in wordings.split(",")[:MOST_WORDINGS]] for wordings in chosen]


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was read."""
    query = text(request.POST, "back", longest=LONGEST_QUERY)
    return redirect(f"{reverse('console:insights')}{'?' if query else ''}{query}")


def _generation(pk: str) -> Generation:
    rows = Generation.objects.filter(conversation__is_trial=False)
    found = rows.select_related("question", "conversation__assistant").filter(pk=chosen_id(pk)).first()
    if found is None:
        raise NotFound(_("There is no such answer."))
    return found
