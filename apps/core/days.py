"""A span of days, as an address or a form says it. Days are those of UTC, as the figures count them."""

from datetime import UTC, date, datetime, time


def within(field: str, *, since: str = "", until: str = "") -> dict[str, datetime]:
    """Lookups for a queryset's `filter`: from the beginning of the one ISO day to the end of the other; "" is open.

    Raises ValueError for what is no day.
    """
    found = {}
    if since:
        found[f"{field}__gte"] = datetime.combine(date.fromisoformat(since), time.min, UTC)
    if until:
        found[f"{field}__lte"] = datetime.combine(date.fromisoformat(until), time.max, UTC)
    return found
