"""The audit log as its page and its export show it, filtered."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.selectors import audit_events, event_content
from apps.core.keyset import in_portions

from ..asked import day, text
from ..templatetags.audit import ACTIONS, READINGS, action_words
from ..templatetags.console import person, role
from .targets import is_called, targets_named

CHANGES = "changes"  # an action that stands for all but the readings


def filters_asked(values: QueryDict) -> dict[str, str]:
    """By their names in the page's address; "" does not filter."""
    typed = {name: text(values, name, longest=200) for name in ("action", "target", "actor")}
    return typed | {name: day(values, name) for name in ("since", "until")}


def events_found(filters: dict[str, str]) -> QuerySet[AuditEvent]:
    """Newest first. `target` is what the log calls it, or a part of its name of today."""
    changes = filters["action"] == CHANGES
    exact = {name: filters[name] for name in ("actor", "since", "until")}
    found = audit_events(action="" if changes else filters["action"], **exact)
    if changes:
        found = found.exclude(action__in=READINGS)
    return found.filter(is_called(filters["target"])) if filters["target"] else found


def actions_offered(chosen: str) -> list[tuple[str, str]]:
    """In words, in the order of the alphabet; one that an older release recorded only where it is chosen."""
    names = ACTIONS.keys() | {chosen} - {"", CHANGES}
    return [(CHANGES, _("All but readings")), *sorted(((name, action_words(name)) for name in names), key=_words)]


def _words(offered: tuple[str, str]) -> str:
    return offered[1].casefold()


def exported_head() -> list[str]:
    """The columns. Times are UTC; the digests are those of the chain, to lay beside the log."""
    named = [_("Number"), _("Time"), _("Who"), _("Role"), _("Address"), _("Action"), _("Action’s name")]
    return [*named, _("Target"), _("Target’s name"), _("Details"), "content", "previous", "digest"]


def exported_rows(events: QuerySet[AuditEvent], reader: Any, language: str) -> Iterator[list[object]]:
    """The oldest first. It is read behind the view, where the page's language is no longer set."""
    for portion in in_portions(events, field="pk", size=1000):
        with translation.override(language):
            rows = list(_exported(portion, reader))
        yield from rows


def _exported(events: list[AuditEvent], reader: Any) -> Iterator[list[object]]:
    names = targets_named((event.target for event in events), reader)
    for event in events:
        yield [
            event.pk,
            event.at.isoformat(),
            person(event.actor_label),
            role(event.actor_role),
            event.ip,
            action_words(event.action),
            event.action,
            event.target,
            names[event.target].name if event.target in names else "",
            json.dumps(event.data, ensure_ascii=False, sort_keys=True),
            json.dumps(event_content(event), ensure_ascii=False),
            event.previous,
            event.digest,
        ]
