"""The passage behind a source's number."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.describing import described

from .models import Passage
from .original import original_open
from .selectors import access_passage, passage_neighbours


def rows_field(**options: Any) -> serializers.ListField:
    """Where a passage or a source stands in a table."""
    return serializers.ListField(
        child=serializers.IntegerField(),
        min_length=2,
        max_length=2,
        help_text=_("The first and the last row of its table, as a spreadsheet counts them."),
        **options,
    )


def pages_field(**options: Any) -> serializers.ListField:
    """The same of pages."""
    return serializers.ListField(
        child=serializers.IntegerField(),
        min_length=2,
        max_length=2,
        help_text=_("The first and the last page that it stands on."),
        **options,
    )


def slides_field(**options: Any) -> serializers.BooleanField:
    return serializers.BooleanField(help_text=_("Whether the pages are slides."), **options)


class PassageTextShape(serializers.Serializer[Any]):
    """A passage and what stands around it, of whichever document."""

    id = serializers.UUIDField()
    title = serializers.CharField(help_text=_("Of its document."))
    heading = serializers.CharField()
    text = serializers.CharField(help_text=_("Code stands in it between lines of backticks, as in Markdown."))
    language = serializers.ChoiceField(["en", "zh"])
    page = serializers.IntegerField(
        allow_null=True, help_text=_("Of a PDF or PPTX: the page or slide that it begins on.")
    )
    pages = pages_field(allow_null=True)
    slides = slides_field()
    rows = rows_field(allow_null=True)
    before = serializers.CharField(allow_null=True, help_text=_("What stands before it in the document."))
    after = serializers.CharField(allow_null=True, help_text=_("What stands behind it."))
    before_heading = serializers.CharField(allow_null=True, help_text=_("What that stands below: its question."))
    after_heading = serializers.CharField(allow_null=True, help_text=_("The same of what stands behind."))
    document = serializers.CharField(help_text=_("Its name."))


class PassageShape(PassageTextShape):
    document_id = serializers.UUIDField()
    address = serializers.CharField(
        allow_blank=True, help_text=_("The page of the web that it was read from; empty for a file.")
    )
    original = serializers.CharField(
        allow_blank=True,
        help_text=_("Where who has the page open may open its whole file; empty where they may not."),
    )


@described("GET", "passages_read", _("The passage behind a source’s number"), gives=PassageShape, refuses=[404])
@api_view(["GET"])
def passage_detail(request: Request, passage_id: UUID) -> Response:
    passage = access_passage(request.auth or request.user, passage_id)
    return Response(
        passage_told(passage)
        | {
            "document_id": str(passage.document_id),
            "address": passage.document.address,
            "original": _original_address(request, passage),
        }
    )


def passage_told(passage: Passage) -> dict[str, Any]:
    """As `PassageTextShape` says."""
    around = passage_neighbours(passage)
    return {
        "id": str(passage.pk),
        "title": passage.document.title,
        "heading": passage.heading,
        "text": passage.text,
        "language": passage.language,
        "page": passage.page,
        "pages": passage.page_range,
        "slides": passage.document.slides,
        "rows": passage.row_range,
        "before": around.before,
        "after": around.after,
        "before_heading": around.before_heading,
        "after_heading": around.after_heading,
        "document": passage.document.name,
    }


def _original_address(request: Request, passage: Passage) -> str:
    """A link carries no key, nor the name by which a widget knows its visitor: they are given none."""
    may = not request.auth and original_open(request.user, passage.document)
    return reverse("original", args=[passage.pk]) if may else ""
