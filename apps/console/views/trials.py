"""An assistant tried before it is saved: the chat in a frame beside its form, which says what it holds."""

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import actor_from_request
from apps.chat.models import Assistant
from apps.chat.pages.data import assistant_data, trial_data
from apps.chat.selectors import assistant_find
from apps.chat.services import assistant_try, trial_slug
from apps.core.errors import BadInput
from apps.widget.look import LANGUAGES

from ..access import needs
from ..asked import text
from ..forms.assistant import AssistantForm
from ..forms.errors import errors_of
from ..words import trial_strings


@needs("assistants.manage")
@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
def assistant_trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """The frame; POST takes up what the form of `?of=` (the slug, none for a new one) holds now."""
    if request.method == "POST":
        return _taken(request, trial_id)
    response: HttpResponse = csp_replace({"frame-ancestors": [SELF]})(_frame)(request, trial_id)
    return response


def _frame(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    with translation.override(LANGUAGES.get(request.GET.get("language", "")) or get_language() or "en"):
        data = trial_data([assistant_data(Assistant(slug=trial_slug(trial_id)))])
        data["strings"] |= trial_strings()
        return render(request, "console/trial.html", {"page_data": data})


def _taken(request: HttpRequest, trial_id: UUID) -> JsonResponse:
    """{"errors": what is wrong with the form}."""
    of = text(request.GET, "of", longest=80)
    form = AssistantForm(request.POST, assistant=assistant_find(of) if of else None)
    if form.is_valid():
        try:
            assistant_try(actor=actor_from_request(request), trial_id=trial_id, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, error.message)
    return JsonResponse({"errors": errors_of(form)})
