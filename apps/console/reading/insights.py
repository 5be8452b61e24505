"""What stood before questions that were asked, and what came nearest to them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.chat.insights.questions import Asked
from apps.chat.models import Generation, Role

from .transcript import mark_there


def asked_before(asked: Iterable[Asked]) -> dict[UUID, str]:
    """The question that the newest asking followed, by that generation; not of a first one."""
    rows = Generation.objects.filter(pk__in={one.newest for one in asked})
    found = {}
    for pk, parent, role, text, given in rows.values_list(
        "pk",
        "question__parent",
        "question__parent__parent__role",
        "question__parent__parent__text",
        "conversation__given",
    ):
        told = [turn["content"] for turn in given if turn["role"] == Role.USER]
        if role == Role.USER:
            found[pk] = text
        elif parent is None and told:  # what the holder of a key told of before
            found[pk] = told[-1]
    return found


def nearest(asked: Iterable[Asked]) -> dict[UUID, dict[str, Any]]:
    """The passage that the search put first for the newest asking, by that generation, where it is still there."""
    ids = {one.newest for one in asked}
    rows = Generation.objects.filter(pk__in=ids).values_list("pk", "retrieval__passages__0")
    found = {pk: passage for pk, passage in rows if passage}
    mark_there(found.values())
    return {pk: passage for pk, passage in found.items() if passage["there"]}
