"""The passage behind a source's number."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from .selectors import access_passage, passage_neighbours


@require_safe
def passage_detail(request: HttpRequest, passage_id: UUID) -> JsonResponse:
    passage = access_passage(request.user, passage_id)
    around = passage_neighbours(passage)
    return JsonResponse(
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
        }
    )
