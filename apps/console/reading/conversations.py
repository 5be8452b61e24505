"""The list of conversations, filtered."""

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.models import Conversation, Generation, Message, Outcome, Rating, Role, Status
from apps.chat.models import Value as Rated
from apps.chat.selectors import assistants
from apps.core.days import within
from apps.moderation.errors import CheckUnavailable
from apps.moderation.selectors import decisions_failed, decisions_worth_a_look
from apps.widget.models import Inbox

from ..asked import day, text
from ..templatetags.console import named


@dataclass(frozen=True)
class Filters:
    """Empty means not filtered. They live in the page's address."""

    q: str = ""
    assistant: str = ""
    outcome: str = ""
    status: str = ""
    language: str = ""
    flagged: str = ""
    unchecked: str = ""
    rated: str = ""
    customer: str = ""
    owner: str = ""  # the id of one account: names are parts of other names
    since: str = ""
    until: str = ""

    def without(self, name: str) -> str:
        return urlencode({f.name: v for f in fields(self) if f.name != name and (v := getattr(self, f.name))})

    def query(self) -> str:
        return self.without("")


def filters_from(query: QueryDict) -> Filters:
    """Values that do not exist are dropped rather than shown as an empty list."""
    known = {
        "outcome": Outcome.values,
        "status": Status.values,
        "language": ["zh", "en"],
        "flagged": ["1"],
        "unchecked": ["1"],
        "rated": ["1", "-1"],
    }
    picked = {name: value for name, values in known.items() if (value := query.get(name, "")) in values}
    typed = {
        name: text(query, name, longest=longest)
        for name, longest in (("q", 200), ("assistant", 64), ("customer", 150), ("owner", 18))
    }
    if not typed["owner"].isdecimal():
        typed["owner"] = ""
    days = {name: day(query, name) for name in ("since", "until")}
    return Filters(**typed, **days, **picked)


def conversations(filters: Filters) -> QuerySet[Conversation]:
    """With `questions_count`, `widget_name`, and the newest answer's `last_outcome`, `last_status`, `last_code`."""
    newest = Generation.objects.filter(conversation=OuterRef("pk")).order_by("-created_at")
    questions = Message.objects.filter(conversation=OuterRef("pk"), role=Role.USER).order_by()
    counted = questions.values("conversation").annotate(count=Count("pk")).values("count")
    days = within("updated_at", since=filters.since, until=filters.until)
    found = Conversation.objects.filter(is_trial=False, **days).select_related("assistant", "owner")
    found = found.annotate(
        # Not a join: that would count the whole table before the page is cut.
        questions_count=Coalesce(Subquery(counted), 0),
        last_outcome=Subquery(newest.values("outcome")[:1]),
        last_status=Subquery(newest.values("status")[:1]),
        last_code=Subquery(newest.values("error_code")[:1]),
        widget_name=Subquery(Inbox.objects.filter(pk=OuterRef("inbox_id")).values("name")[:1]),
    )
    if filters.assistant:
        found = found.filter(assistant__slug=filters.assistant)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.customer:
        found = found.filter(_of_customer(filters.customer))
    if filters.owner:
        found = found.filter(owner_id=int(filters.owner))
    if filters.q:
        texts = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=filters.q)
        found = found.filter(Exists(texts))
    answers = {name: value for name in ("outcome", "status") if (value := getattr(filters, name))}
    if answers:
        found = found.filter(Exists(Generation.objects.filter(conversation=OuterRef("pk"), **answers)))
    if filters.unchecked:
        found = found.filter(Exists(unchecked(Generation.objects.filter(conversation=OuterRef("pk")))))
    if filters.rated:
        rated = Rating.objects.filter(generation__conversation=OuterRef("pk"), value=int(filters.rated))
        found = found.filter(Exists(rated))
    if filters.flagged:
        flagged = Generation.objects.filter(conversation=OuterRef("pk"), pk__in=decisions_worth_a_look())
        found = found.filter(Exists(flagged))
    return found


def _of_customer(words: str) -> Q:
    """A visitor’s id, an account’s address, or a part of its name or of what a site called its visitor.

    The address only whole: readers of conversations are shown none, so they must not find one out by its parts.
    """
    try:
        return Q(visitor_id=UUID(words))
    except ValueError:
        people = User.objects.alias(full_name=Concat("first_name", Value(" "), "last_name")).filter(
            Q(username__icontains=words) | Q(email__iexact=words) | Q(full_name__icontains=words)
        )
        return Q(owner__in=people.values("pk")) | Q(inbox_id__isnull=False, visitor_name__icontains=words)


def unchecked(found: QuerySet[Generation]) -> QuerySet[Generation]:
    """Those with a text that moderation could not judge: it was held back, or let pass where the rules say so."""
    return found.filter(Q(error_code=CheckUnavailable.code) | Q(pk__in=decisions_failed()))


def choices() -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers: (value, label)."""
    return {
        "assistant": [(assistant.slug, named(assistant)) for assistant in assistants()],
        "outcome": Outcome.choices,
        "status": Status.choices,
        "language": [("zh", _("Chinese")), ("en", _("English"))],
        "rated": [(str(value), label) for value, label in Rated.choices],
    }


def chips(filters: Filters) -> list[dict[str, str]]:
    """The filters in force: what each says, and the address without it."""
    days = {"since": _("From %(day)s"), "until": _("To %(day)s")}
    labels = {
        **{name: {day: said % {"day": day}} for name, said in days.items() if (day := getattr(filters, name))},
        "flagged": {"1": _("Caught by content rules")},
        "unchecked": {"1": _("Not checked")},
        **{name: dict(pairs) for name, pairs in choices().items()},
    }
    if filters.owner:
        owners = User.objects.filter(pk=int(filters.owner)).values_list("username", flat=True)
        labels["owner"] = {filters.owner: owners.first() or filters.owner}
    names = {field.name for field in fields(filters)}
    return [
        {"label": str(labels.get(name, {}).get(value, f"“{value}”")), "query": filters.without(name)}
        for name in sorted(names)
        if (value := getattr(filters, name))
    ]
