"""Files for the next question, and what their passages say."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.knowledge.selectors import passage_neighbours, personal_passage

from .selectors import access_conversation
from .services import file_add, file_remove
from .services.files import files_scope
from .transcript import file_data


@api_view(["POST"])
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
        actor = actor_from_request(request._request)
        file = file_add(actor=actor, path=Path(copy.name), name=name, size=sent.size or 0)
    return Response(file_data(file), status=201)


@api_view(["DELETE"])
def file_detail(request: Request, file_id: UUID) -> Response:
    """Takes back a file that is not sent yet."""
    file_remove(actor=actor_from_request(request._request), file_id=file_id)
    return Response(status=204)


@api_view(["GET"])
def file_passage(request: Request, conversation_id: UUID, passage_id: UUID) -> Response:
    """A passage of a file that was sent in one of the person's own conversations."""
    conversation = access_conversation(actor=actor_from_request(request._request), conversation_id=conversation_id)
    passage = personal_passage(files_scope(conversation), passage_id)
    around = passage_neighbours(passage)
    return Response(
        {
            "id": str(passage.pk),
            "title": passage.document.title,
            "heading": passage.heading,
            "text": passage.text,
            "language": passage.language,
            "before": around.before,
            "after": around.after,
            "document": passage.document.name,
        }
    )
