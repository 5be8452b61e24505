"""The look, the theme and the frame of a widget that is not saved: for the console's own pages and its staff."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.actors import actor_from_request
from apps.accounts.permissions import require
from apps.chat.pages.data import assistant_data, trial_data
from apps.chat.services import trial_slug

from .colours import stylesheet
from .look import LANGUAGES, greeting, look_data
from .preview import Preview, offered_by, preview_begin, preview_read


@require_GET
def preview_look(request: HttpRequest, token: str) -> JsonResponse:
    """How the button would look; the launcher asks without any cookie, so the token is all that is needed."""
    return JsonResponse(look_data(preview_read(token).inbox))


@require_GET
def preview_theme(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(stylesheet(preview_read(token).inbox.accent), content_type="text/css; charset=utf-8")


@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
def preview_frame(request: HttpRequest, token: str) -> HttpResponse:
    """The widget's frame for a member of staff, in our own pages only; POST comes before the first question."""
    require(request.user, "widgets.manage")
    preview = preview_read(token)
    if request.method == "POST":
        preview_begin(preview, actor_from_request(request))
        return JsonResponse({})
    response: HttpResponse = csp_replace({"frame-ancestors": [SELF]})(_frame)(request, preview, token)
    response["Cache-Control"] = "no-store"
    return response


def _frame(request: HttpRequest, preview: Preview, token: str) -> HttpResponse:
    with translation.override(LANGUAGES.get(request.GET.get("language", "")) or get_language() or "en"):
        offered = offered_by(preview, actor_from_request(request))
        data = trial_data([assistant_data(one) | {"slug": trial_slug(trial_id)} for trial_id, one in offered])
        data["widget"] = {"origins": [], "anonymous": True}
        context = {"preview": token, "greeting": greeting(preview.inbox), "page_data": data}
        return render(request, "widget/frame.html", context)
