"""What was said before questions that cannot be understood without it."""

from collections.abc import Iterable
from uuid import UUID

from ..generation.asking.followup import hangs
from ..models import Generation, Role


def asked_before(generation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The question that each of these followed and hangs on, by the generation; none for one that stands alone."""
    rows = Generation.objects.filter(pk__in=set(generation_ids))
    found = {}
    for pk, question, language, parent, role, text, given in rows.values_list(
        "pk",
        "question__text",
        "question__language",
        "question__parent",
        "question__parent__parent__role",
        "question__parent__parent__text",
        "conversation__given",
    ):
        told = [turn["content"] for turn in given if turn["role"] == Role.USER]
        if not hangs(question, "zh" if language == "zh" else "en"):
            continue
        if role == Role.USER:
            found[pk] = text
        elif parent is None and told:  # what the holder of a key told of before
            found[pk] = told[-1]
    return found
