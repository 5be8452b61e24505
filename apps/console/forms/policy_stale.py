"""What was typed on a page of content rules while somebody else published, over what is in force now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..reading.rules import actions_said
from .policy import PolicyForm


@dataclass(frozen=True)
class Change:
    """What somebody else made of a field; `typed` says that the page was to change it, too."""

    label: str
    before: str
    now: str
    typed: bool


def typed_over(
    posted: QueryDict, *, seen: Mapping[str, Any], number: int, rules: Mapping[str, Any]
) -> tuple[PolicyForm, list[Change]]:
    """The form for version `number`, with the fields that were changed on a page of the rules `seen` as they were
    typed and all others as they are in force; and what is in force that the page did not show.
    """
    old = PolicyForm(posted, number=0, rules=seen)
    now = PolicyForm(None, number=number, rules=rules)
    typed = {*old.changed_data, "note"} - {"number"}
    data = posted.copy()
    for name in set(now.fields) - typed:
        values = now.initial.get(name)
        data.setlist(name, _posted(values))
    changes = [
        Change(str(field.label), _shown(old, name), _shown(now, name), name in typed)
        for name, field in now.fields.items()
        if name != "number" and old.initial.get(name) != now.initial.get(name)
    ]
    return PolicyForm(data, number=number, rules=rules), changes


def _posted(value: Any) -> list[str]:
    """As a browser sends it; nothing for a box without a tick."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return value
    return ["" if value is None else str(value)]


def _shown(form: PolicyForm, name: str) -> str:
    value = form.initial.get(name)
    if isinstance(value, bool):
        return _("On") if value else _("Off")
    if isinstance(value, str):
        return dict(actions_said())[value]
    if isinstance(value, list):
        return ", ".join(form.image_label(pair) for pair in value) or "–"
    return "–" if value is None else str(value)
