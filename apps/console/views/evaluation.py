"""Sets of questions: their list, a new one, one with its runs, and its file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.accounts.permissions import can
from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.corrections import cases_corrected
from apps.chat.evaluation.files import cases_parse
from apps.chat.evaluation.making import cases_from
from apps.chat.evaluation.selectors import assistant_of, runs, set_get, set_lines, sets
from apps.chat.evaluation.services import run_start, set_create, set_delete
from apps.chat.models import EvaluationRun, Origin
from apps.core.errors import ApplicationError, BadInput
from apps.registry.models import Kind, ModelVersion, VersionState
from apps.registry.selectors import alias_names

from ..access import needs
from ..asked import page_number, text
from ..forms.evaluation import DAYS, NewSetForm, RunForm
from ..reading.paging import page_of

SHOWN = 20


@needs("evaluation.use")
def set_list(request: HttpRequest) -> HttpResponse:
    context = {"sets": sets(), **_listed(runs()), "here": "evaluation"}
    return render(request, "console/evaluation.html", context)


@needs("evaluation.use")
def set_new(request: HttpRequest) -> HttpResponse:
    form = NewSetForm(request.POST or None, request.FILES or None, corrections=can(request.user, "transcript.read"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = set_create(
                actor=actor_from_request(request), name=data["name"], cases=_cases(form), origin=data["origin"]
            )
        except ApplicationError as error:
            form.add_error(
                "file" if data["origin"] == Origin.FILE and isinstance(error, BadInput) else None,
                str(error.message),
            )
        else:
            return redirect("console:evaluation-set", made.pk)
    return render(request, "console/evaluation_new.html", {"form": form, "here": "evaluation"})


def _cases(form: NewSetForm) -> list[Case]:
    data = form.cleaned_data
    if data["origin"] == Origin.FILE:
        return cases_parse(data["file"].read(), data["file"].name)
    if data["origin"] == Origin.CORRECTIONS:
        return cases_corrected(data["assistant"], days=int(data["days"] or DAYS[0]))
    return cases_from(data["collection"], method=data["origin"], language=data["language"], count=data["count"])


@needs("evaluation.use")
def set_page(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """`?page=` chooses questions; POST starts a run."""
    found = set_get(set_id)
    form = RunForm(request.POST or None, names=_models(), initial={"assistant": assistant_of(found)})
    if request.method == "POST" and form.is_valid():
        run = run_start(actor=actor_from_request(request), set_id=set_id, **form.cleaned_data)
        return redirect("console:evaluation-run", run.pk)
    cases = found.cases.select_related("asked_in__correction")
    context = {
        "set": found,
        "cases": page_of(cases, page_number(request.GET)),
        "count": cases.count(),
        **_listed(runs().filter(set=found)),
        "form": form,
        "here": "evaluation",
    }
    return render(request, "console/evaluation_set.html", context)


def _listed(found: QuerySet[EvaluationRun]) -> dict[str, Any]:
    """The latest runs, and whether any of them asked near misses."""
    latest = list(found[:SHOWN])
    return {"runs": latest, "near": any(run.metrics.get("near_questions") for run in latest)}


def _models() -> list[str]:
    """The names that models go by, then each version by its own."""
    versions = ModelVersion.objects.select_related("model").filter(kind=Kind.GENERATOR, state=VersionState.READY)
    return [*alias_names(Kind.GENERATOR), *(version.label for version in versions)]


@needs("evaluation.use")
def set_file(request: HttpRequest, set_id: UUID) -> StreamingHttpResponse:
    """The questions as JSON lines: to keep, or to change and upload again."""
    found = set_get(set_id)
    name = slugify(found.name) or "questions"
    headers = {"Content-Disposition": f'attachment; filename="{name}.jsonl"'}
    kind = "application/x-ndjson; charset=utf-8"
    return StreamingHttpResponse(set_lines(found), content_type=kind, headers=headers)


@needs("evaluation.use")
@require_POST
def set_remove(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """Only with the set's name typed: its runs go with it."""
    found = set_get(set_id)
    if text(request.POST, "name", longest=80) != found.name:
        raise BadInput(_("To delete the set, type its name exactly as it is."))
    set_delete(actor=actor_from_request(request), set_id=set_id)
    messages.success(request, _("The set “%(name)s” is deleted.") % {"name": found.name})
    return redirect("console:evaluation")
