"""The passage behind a source's number."""

from uuid import UUID

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from .selectors import access_passage, passage_neighbours


@api_view(["GET"])
def passage_detail(request: Request, passage_id: UUID) -> Response:
    passage = access_passage(request.user, passage_id)
    around = passage_neighbours(passage)
    return Response(
        {
            "id": str(passage.pk),
            "title": passage.document.title,
            "heading": passage.heading,
            "text": passage.text,
            "language": passage.language,
            "page": passage.page,
            "before": around.before,
            "after": around.after,
            "document": passage.document.name,
            "document_id": str(passage.document_id),
        }
    )
