"""Assistants: who answers whom, from which documents, and how strictly."""

from itertools import groupby
from typing import Any
from uuid import uuid4

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.chat.models import Assistant, Task
from apps.chat.selectors import assistant_find, assistants, versions_of
from apps.chat.services import (
    assistant_move,
    assistant_restore,
    assistant_upsert,
    demo_assistants,
    demo_bring_back,
    demo_closed,
    demo_collections,
    demo_gone,
    demo_put_away,
)
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict, NotFound
from apps.core.pages import answered_in
from apps.knowledge.models import Collection
from apps.knowledge.selectors import collections

from ..access import needs
from ..asked import text
from ..forms.assistant import AssistantForm, NewAssistantForm

STEPS = {"up": -1, "down": 1}


@needs("assistants.manage")
def assistant_list(request: HttpRequest) -> HttpResponse:
    """`?collection=` is to be given to one of them, or to a new one."""
    demo, listed = demo_assistants(), list(assistants())
    whole, own = demo_collections()
    context = {
        "assistants": listed,
        "ends": _ends(listed),
        "given": _given(request),
        "demo_closed": demo_closed(),
        "demo_open": [assistant for assistant in demo if assistant.enabled],
        "own_open": any(one.enabled and one not in demo for one in listed),
        "demo_collections": whole,
        "demo_kept": own,
        "demo_gone": demo_gone(),
        "here": "assistants",
    }
    return render(request, "console/assistants.html", context)


@answered_in(for_slow_page)
@needs("assistants.manage")
@require_POST
def demo_away(request: HttpRequest) -> HttpResponse:
    """With `documents` its collections are deleted."""
    try:
        demo_put_away(actor=actor_from_request(request), documents=bool(request.POST.get("documents")))
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The demo is put away."))
    return redirect("console:assistants")


@needs("assistants.manage")
@require_POST
def demo_back(request: HttpRequest) -> HttpResponse:
    demo_bring_back(actor=actor_from_request(request))
    messages.success(request, _("The demo is back."))
    return redirect("console:assistants")


@needs("assistants.manage")
def assistant_new(request: HttpRequest) -> HttpResponse:
    """`?collection=` is chosen already; so it is of one that is edited."""
    given = _given(request)
    form = NewAssistantForm(request.POST or None, collection=given.slug if given else "")
    if request.method == "POST" and form.is_valid() and _saved(request, form.cleaned_data.pop("slug"), form):
        return redirect("console:assistants")
    return _page(request, {"form": form, "given": given})


@needs("assistants.manage")
def assistant_edit(request: HttpRequest, slug: str) -> HttpResponse:
    assistant = assistant_find(slug)
    given = _given(request, assistant)
    form = AssistantForm(request.POST or None, assistant=assistant, collection=given.slug if given else "")
    if request.method == "POST" and form.is_valid() and _saved(request, slug, form):
        return redirect("console:assistant", slug)
    context = {"form": form, "assistant": assistant, "given": given, "versions": versions_of(assistant)[:20]}
    return _page(request, context)


@needs("assistants.manage")
@require_POST
def assistant_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts an earlier version back."""
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 9:
        raise NotFound(_("There is no such version."))
    assistant_restore(actor=actor_from_request(request), slug=slug, number=int(number))
    messages.success(request, _("Version %(number)s is back.") % {"number": number})
    return redirect("console:assistant", slug)


@needs("assistants.manage")
@require_POST
def assistant_place(request: HttpRequest, slug: str) -> HttpResponse:
    """Moves it one place "up" or "down" in the list. The button that was pressed has the focus again."""
    towards = request.POST.get("towards", "")
    if towards not in STEPS:
        raise BadInput(_("An assistant is moved up or down."))
    assistant_move(actor=actor_from_request(request), slug=slug, by=STEPS[towards])
    return redirect(f"{reverse('console:assistants')}#{towards}-{slug}")


def _ends(listed: list[Assistant]) -> dict[str, set[str]]:
    """Which cannot be moved "up" or "down": the first and last of the open ones, and of the closed ones."""
    groups = [list(group) for _is_open, group in groupby(listed, lambda one: one.enabled)]
    return {"up": {group[0].slug for group in groups}, "down": {group[-1].slug for group in groups}}


def _given(request: HttpRequest, assistant: Assistant | None = None) -> Collection | None:
    """None also where there is nothing to give: the assistant has it already, or reads no documents."""
    rows = collections().filter(slug=text(request.GET, "collection", longest=80))
    if assistant:
        rows = rows.none() if assistant.task == Task.TRANSLATE else rows.exclude(assistants=assistant)
    return rows.first()


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form, and beside it the frame in which what it holds is tried."""
    response: HttpResponse = csp_update({"frame-src": [SELF]})(render)(
        request, "console/assistant.html", context | {"here": "assistants", "trial_id": uuid4()}
    )
    return response


def _saved(request: HttpRequest, slug: str, form: AssistantForm) -> bool:
    """Whether it was saved; otherwise the form says why, and keeps what was typed."""
    try:
        assistant_upsert(actor=actor_from_request(request), slug=slug, **form.cleaned_data)
    except BadInput as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, _("Saved. New questions are answered this way from now on."))
    return True
