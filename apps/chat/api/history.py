"""All of one's conversations at once over HTTP. For people only: a key's are of all who ask through it."""

from datetime import datetime
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described
from apps.core.api.people import by_people
from apps.core.db import for_slow_page
from apps.core.errors import BadInput
from apps.core.pages import answered_in

from ..news import owner_tell
from ..reading.archive import conversations_zip
from ..reading.history import history_count, removal_data
from ..services.removing import removal_begin, removal_get
from .shapes import HistoryCount, RemovalShape


@answered_in(for_slow_page)
@described(
    "GET",
    "history_count",
    gettext_lazy("How many conversations one has"),
    gives=HistoryCount,
    by_key=False,
)
@described(
    "DELETE",
    "history_delete",
    gettext_lazy("Deletes all of one’s own conversations for good; of many it says how far it is"),
    gives=RemovalShape,
    refuses=[400],
    query={
        "until": gettext_lazy("Those that had begun then: the `now` of their count."),
        "pinned": gettext_lazy("`true`: the pinned ones as well."),
    },
    by_key=False,
)
@api_view(["GET", "DELETE"])
@by_people
def history(request: Request) -> Response:
    """How many there are; DELETE removes those that had begun at `until`, so none that began since: a few at once,
    many by a job, whose answer is a 202.
    """
    actor, asked = actor_from_api(request), request.query_params
    if request.method == "DELETE":
        pinned = asked.get("pinned") == "true"
        removal, told = removal_begin(actor=actor, until=_moment(asked.get("until", "")), pinned=pinned)
        if told is not None:
            owner_tell(told)
        return Response(removal_data(removal), status=202 if removal.is_live else 200)
    return Response(history_count(actor))


@described(
    "GET",
    "history_removal",
    gettext_lazy("How far the deletion of all of one’s own conversations is"),
    gives=RemovalShape,
    refuses=[404],
    by_key=False,
)
@api_view(["GET"])
@by_people
def removal(request: Request, removal_id: UUID) -> Response:
    """The person's own; it is kept for a day after its end."""
    return Response(removal_data(removal_get(actor=actor_from_api(request), removal_id=removal_id)))


@answered_in(for_slow_page)
@described(
    "GET",
    "history_archive",
    gettext_lazy("All of one’s own conversations as a ZIP: each as Markdown, and as JSON with all versions"),
    gives=OpenApiTypes.BINARY,
    by_key=False,
)
@api_view(["GET"])
@by_people
def archive(request: Request) -> StreamingHttpResponse:
    """A file that is made while it is read, in the page's language."""
    parts = conversations_zip(actor_from_api(request), get_language() or "en")
    name = f"{_('Conversations')} {timezone.now():%Y-%m-%d}.zip"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(parts, content_type="application/zip", headers=headers)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise BadInput(_("“until” has to be a moment with its time zone, such as 2026-11-26T09:30:00Z."))
    return moment
