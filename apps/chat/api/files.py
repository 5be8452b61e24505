"""Files for the next question, and what their passages say."""

import math
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from drf_spectacular.types import OpenApiTypes
from rest_framework.decorators import api_view, parser_classes, throttle_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described
from apps.core.api.people import by_people
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, TooMany
from apps.core.pages import answered_in
from apps.knowledge.api import PassageTextShape, passage_told
from apps.knowledge.selectors import personal_passage

from ..models import StoredImage
from ..reading.transcript import file_data
from ..selectors import access_conversation, access_image
from ..services import file_add, file_remove
from ..services.files import files_scope
from .shapes import FileBrought, FileShape

PER_MINUTE = 30


class Bringing(SimpleRateThrottle):
    """Each file is read by a process of its own: who brings and takes back without end would keep others waiting.

    Counted by each web process. Raises TooMany.
    """

    rate = f"{PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: object) -> str | None:
        actor = actor_from_api(request)
        person = actor.user_id or actor.visitor_id
        return f"files-brought-by-{person}" if person else None

    def throttle_failure(self) -> bool:
        seconds = math.ceil(self.wait() or 1)
        message = ngettext(
            "Too many files at once. Please wait %(seconds)d second.",
            "Too many files at once. Please wait %(seconds)d seconds.",
            seconds,
        )
        raise TooMany(message % {"seconds": seconds}, extra={"seconds": seconds})


@answered_in(for_slow_page)
@described(
    "POST",
    "files_bring",
    gettext_lazy("Brings a file to the next question"),
    takes=FileBrought,
    gives=FileShape,
    refuses=[400, 429],
    by_key=False,
)
@api_view(["POST"])
@by_people
@throttle_classes([Bringing])
@parser_classes([MultiPartParser])
def file_list(request: Request) -> Response:
    """POST a form with a `file`: it is read, and may be sent with the next question."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise BadInput(_("The form has no file."))
    name = sent.name or ""
    with NamedTemporaryFile(suffix=Path(name).suffix) as copy:
        for chunk in sent.chunks():
            copy.write(chunk)
        copy.flush()
        actor = actor_from_api(request)
        file = file_add(actor=actor, path=Path(copy.name), name=name, size=sent.size or 0)
    return Response(file_data(file), status=201)


@described(
    "DELETE", "files_remove", gettext_lazy("Takes back a file that is not sent yet"), refuses=[404], by_key=False
)
@api_view(["DELETE"])
@by_people
def file_detail(request: Request, file_id: UUID) -> Response:
    """Takes back a file that is not sent yet."""
    file_remove(actor=actor_from_api(request), file_id=file_id)
    return Response(status=204)


@described(
    "GET",
    "file_images_read",
    gettext_lazy("An image that was brought, as PNG or JPEG"),
    gives=OpenApiTypes.BINARY,
    refuses=[404],
    query={"size": gettext_lazy("`small` for at most 512 pixels a side.")},
    by_key=False,
)
@api_view(["GET"])
@by_people
def file_image(request: Request, file_id: UUID) -> HttpResponse:
    """An image of one's own, not sent yet or in one of one's conversations."""
    return image_response(
        access_image(actor=actor_from_api(request), file_id=file_id), size=request.query_params.get("size", "")
    )


def image_response(image: StoredImage, size: str = "") -> HttpResponse:
    """Shown, never run: its type is ours, and a browser that is told another one must not guess."""
    data, media_type = (image.small, "image/jpeg") if size == "small" else (image.data, image.media_type)
    response = HttpResponse(bytes(data), content_type=media_type)
    response["Cache-Control"] = "private, max-age=300"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@described(
    "GET",
    "file_passages_read",
    gettext_lazy("The passage of a file behind a source’s number"),
    gives=PassageTextShape,
    refuses=[404],
    by_key=False,
)
@api_view(["GET"])
@by_people
def file_passage(request: Request, conversation_id: UUID, passage_id: UUID) -> Response:
    """A passage of a file that was sent in one of the person's own conversations."""
    conversation = access_conversation(actor=actor_from_api(request), conversation_id=conversation_id)
    return Response(passage_told(personal_passage(files_scope(conversation), passage_id)))
