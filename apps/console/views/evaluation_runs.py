"""Runs of evaluations: watching one, reading what came of it, and two side by side."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.chat.evaluation.selectors import run_get, run_progress, runs
from apps.chat.evaluation.services import run_cancel
from apps.chat.models import RUN_LIVE
from apps.core.errors import NotFound

from ..access import needs
from ..asked import page_number
from ..reading.evaluation import answers, answers_of_two, figures, figures_of_two

OTHERS = 50


@needs("evaluation.use")
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """`?show=` and `?page=` choose answers."""
    run = run_get(run_id)
    others = runs().filter(set=run.set_id).exclude(pk=run.pk).exclude(state__in=RUN_LIVE)[:OTHERS]
    context = {
        "run": run,
        "live": run.state in RUN_LIVE,
        "figures": figures(run.metrics),
        "groups": run.metrics.get("groups", {}),
        "answers": answers(run, request.GET.get("show", ""), page_number(request.GET)),
        "others": others,
        "here": "evaluation",
    }
    return render(request, "console/evaluation_run.html", context)


@needs("evaluation.use")
def run_state(request: HttpRequest, run_id: UUID) -> JsonResponse:
    """For the page that watches it."""
    run = run_get(run_id)
    done, total = run_progress(run)
    label = _("%(done)d of %(total)d questions") % {"done": done, "total": total}
    return JsonResponse({"state": run.state, "label": label, "progress": done})


@needs("evaluation.use")
@require_POST
def run_stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = run_cancel(actor=actor_from_request(request), run_id=run_id)
    return redirect("console:evaluation-run", run.pk)


@needs("evaluation.use")
def run_compare(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """`?with=` is the other run."""
    one = run_get(run_id)
    try:
        other = run_get(UUID(request.GET.get("with", "")))
    except ValueError as error:
        raise NotFound(_("There is no such run.")) from error
    context = {
        "pair": [one, other],
        "one": one,
        "figures": figures_of_two(one.metrics, other.metrics),
        "differences": answers_of_two(one, other),
        "here": "evaluation",
    }
    return render(request, "console/evaluation_compare.html", context)
