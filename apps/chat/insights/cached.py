"""How often an answer was given again, and what that saved."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.utils import timezone

from ..models import CachedAnswer, Generation, Status

MOST = 5000  # answers that are looked at, the newest


@dataclass(frozen=True)
class CacheFigures:
    """`looked` questions were looked for; the others depend on turns before. Times are medians in milliseconds.

    `kept` answers are there now; `ahead` of them were made before anybody asked, and `ahead_used` of those helped.
    """

    looked: int
    exact: int
    near: int
    kept: int
    ahead: int
    ahead_used: int
    hit_ms: float | None
    miss_ms: float | None

    @property
    def share(self) -> float | None:
        return (self.exact + self.near) / self.looked if self.looked else None


def cache_figures(*, days: int, assistant: str = "") -> CacheFigures:
    rows = Generation.objects.filter(created_at__gte=timezone.now() - timedelta(days=days), status=Status.DONE)
    kept = CachedAnswer.objects.all()
    if assistant:
        rows = rows.filter(conversation__assistant__slug=assistant)
        kept = kept.filter(assistant__slug=assistant)
    newest = list(rows.order_by("-created_at").values_list("pk", flat=True)[:MOST])  # what was searched is large
    looked = Generation.objects.filter(pk__in=newest, retrieval__has_key="cache")
    found = list(looked.values_list("retrieval__cache", "timings__answer"))
    counted = Counter(how for how, _ms in found)
    times: dict[bool, list[float]] = {True: [], False: []}
    for how, milliseconds in found:
        if milliseconds is not None:
            times[how != "miss"].append(milliseconds)
    return CacheFigures(
        looked=len(found),
        exact=counted["exact"],
        near=counted["near"],
        kept=kept.count(),
        ahead=kept.filter(generation=None).count(),
        ahead_used=kept.filter(generation=None, hits__gt=0).count(),
        hit_ms=median(times[True]) if times[True] else None,
        miss_ms=median(times[False]) if times[False] else None,
    )
