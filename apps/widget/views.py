"""The script of a site's page, and the frame that it opens. Nothing here sets or reads a cookie."""

from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from apps.core.assets.current import assets

from .colours import stylesheet
from .inboxes import inbox_open
from .look import LANGUAGES, frame_data, greeting, look_data
from .models import Inbox

KEPT = "public, max-age=300"


@require_GET
@gzip_page
def script(request: HttpRequest) -> HttpResponse:
    """What sites link to: an address that stays, whatever becomes of the file."""
    launcher = assets().tree.assets["js/widget/launcher.js"]
    response = HttpResponse(launcher.body, content_type=launcher.type)
    response["Cache-Control"] = KEPT
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # sites may ask for that of what they embed
    return response


@require_GET
def look(request: HttpRequest, inbox_id: UUID) -> JsonResponse:
    """How the button looks, for pages of the inbox's sites only."""
    inbox = inbox_open(inbox_id)
    response = JsonResponse(look_data(inbox))
    origin = request.headers.get("Origin", "")
    if origin in inbox.origins:
        response["Access-Control-Allow-Origin"] = origin
    response["Vary"] = "Origin"
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_GET
def theme(request: HttpRequest, inbox_id: UUID) -> HttpResponse:
    """The inbox's accent, as a stylesheet behind the chat's own."""
    response = HttpResponse(stylesheet(inbox_open(inbox_id).accent), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_GET
@gzip_page
@xframe_options_exempt
def frame(request: HttpRequest, inbox_id: UUID) -> HttpResponse:
    """The chat in compact form; browsers show it only in pages of the inbox's sites, and in our own."""
    inbox = inbox_open(inbox_id)
    response: HttpResponse = csp_replace({"frame-ancestors": [SELF, *inbox.origins]})(_frame)(request, inbox)
    return response


def _frame(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    """Without the request's own context: who has signed in to Parley in this browser is of no concern here."""
    language = LANGUAGES.get(request.GET.get("language", "")) or get_language() or "en"
    with translation.override(language):
        context: dict[str, Any] = {"inbox": inbox, "greeting": greeting(inbox), "page_data": frame_data(inbox)}
        response = HttpResponse(render_to_string("widget/frame.html", context))
    response["Cache-Control"] = "no-store"
    return response
