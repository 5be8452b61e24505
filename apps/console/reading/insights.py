"""What came nearest to questions that were asked, and where their answer may be written."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.chat.insights.questions import Asked
from apps.chat.models import Assistant, Generation, Task
from apps.knowledge.models import Collection
from apps.knowledge.selectors import passages_collections

from .transcript import mark_there


def nearest(asked: Iterable[Asked]) -> dict[UUID, dict[str, Any]]:
    """The passage that the search put first for the newest asking, by that generation, where it is still there."""
    ids = {one.newest for one in asked}
    rows = Generation.objects.filter(pk__in=ids).values_list("pk", "retrieval__passages__0")
    found = {pk: passage for pk, passage in rows if passage}
    mark_there(found.values())
    return {pk: passage for pk, passage in found.items() if passage["there"]}


def collections_into(asked: Iterable[Asked], near: dict[UUID, dict[str, Any]]) -> dict[UUID, list[Collection]]:
    """By the newest asking, the collections that the answer may be written into: those of its assistant, first the
    one where the search came nearest.
    """
    questions = list(asked)
    assistants = Assistant.objects.filter(slug__in={one.assistant for one in questions}, task=Task.ANSWER)
    of = {one.slug: list(one.collections.all()) for one in assistants.prefetch_related("collections")}
    holds = passages_collections(UUID(passage["passage"]) for passage in near.values())
    found = {}
    for one in questions:
        place = holds.get(UUID(near[one.newest]["passage"])) if one.newest in near else None
        found[one.newest] = sorted(of.get(one.assistant, ()), key=lambda row: (row.pk != place, row.name))
    return found
