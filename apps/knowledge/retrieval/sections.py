"""How much of a table was found: the passages that stand below its heading."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Count, Q

from ..models import Passage
from .types import RankedPassage


def with_sections(found: Sequence[RankedPassage]) -> tuple[RankedPassage, ...]:
    """Each that has rows with the number of passages in its section, in one query."""
    tables = {(one.document_id, one.heading) for one in found if "; " in one.text}
    if not tables:
        return tuple(found)
    below = Q()
    for document, heading in tables:
        below |= Q(document=document, heading=heading)
    counted = Passage.objects.filter(below).values_list("document_id", "heading").annotate(count=Count("pk"))
    counts = {(document, heading): count for document, heading, count in counted}
    return tuple(replace(one, section=counts.get((one.document_id, one.heading), one.section)) for one in found)
