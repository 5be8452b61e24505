"""How the console writes times, sizes and states."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

_TONES = {
    "ok": {"ready", "answered", "done", "allow"},
    "danger": {"rejected", "failed", "error", "blocked", "block"},
    "warn": {"interrupted", "stopped", "declined", "flag", "mask", "stopping"},
    "accent": {"uploading", "checking", "queued", "loading", "trying", "running"},
}


@register.filter
def tone(state: str) -> str:
    """The class of a state's badge."""
    return next((name for name, states in _TONES.items() if state in states), "")


@register.filter
def ago(moment: datetime) -> str:
    """In one unit: "3 hours ago"."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


@register.filter
def milliseconds(value: Any) -> str:
    """A duration given in milliseconds, in the unit that reads best."""
    if not isinstance(value, int | float):
        return "–"
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"


@register.filter
def each(values: Any, key: str) -> Any:
    """values[key], or "" where there is none."""
    return values.get(key, "") if isinstance(values, dict) else ""


@register.filter
def label_of(timing: str) -> str:
    """What a measured step is called."""
    labels = {
        "embed": _("Question embedded"),
        "dense": _("Search by meaning"),
        "lexical": _("Search by words"),
        "total": _("Search in all"),
        "first_token": _("First token"),
        "done": _("Whole answer"),
    }
    return labels.get(timing, timing.replace("_", " "))
