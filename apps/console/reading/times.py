"""How long ago something was, in words."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timesince import TIME_STRINGS, timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy as ngettext

# Django's own Chinese for these is a date: 2 月 is February, 3 日 the third.
_UNITS: dict[str, Any] = TIME_STRINGS | {
    "month": ngettext("%(num)d month", "%(num)d months", "num"),
    "day": ngettext("%(num)d day", "%(num)d days", "num"),
}


def ago_in_words(at: datetime) -> str:
    """In one unit: "3 hours ago"."""
    if timezone.now() - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, depth=1, time_strings=_UNITS)}
