"""What came nearest to questions that were asked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.chat.insights.questions import Asked
from apps.chat.models import Generation

from .transcript import mark_there


def nearest(asked: Iterable[Asked]) -> dict[UUID, dict[str, Any]]:
    """The passage that the search put first for the newest asking, by that generation, where it is still there."""
    ids = {one.newest for one in asked}
    rows = Generation.objects.filter(pk__in=ids).values_list("pk", "retrieval__passages__0")
    found = {pk: passage for pk, passage in rows if passage}
    mark_there(found.values())
    return {pk: passage for pk, passage in found.items() if passage["there"]}
