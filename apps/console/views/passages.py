"""Passages: where one stands."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.knowledge.selectors import access_passage

from ..access import needs
from ..reading.passages import passage_address


@needs("knowledge.read")
def passage_place(request: HttpRequest, passage_id: UUID) -> HttpResponse:
    """What links to a passage need to know is its id alone."""
    return redirect(passage_address(access_passage(request.user, passage_id)))
