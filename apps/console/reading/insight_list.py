"""How the questions that were asked are filtered and sorted; it lives in the page's address."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.chat.insights.rows import Scope

from ..asked import text
from .conversations import choices as conversation_choices

DAYS = (7, 30, 90)


@dataclass(frozen=True)
class Wanted:
    """Empty means not filtered, and sorted by how often."""

    days: int
    q: str = ""
    assistant: str = ""
    language: str = ""
    reason: str = ""
    sort: str = ""
    away: str = ""  # "all" that was put away, however much it is

    @property
    def scope(self) -> Scope:
        return Scope(self.days, self.assistant, self.language, self.q)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.assistant or self.language or self.reason)

    def address(self, **other: object) -> dict[str, str]:
        """What the address says, with `other` in place of its own."""
        return {name: str(value) for name, value in (asdict(self) | other).items() if value}

    def all_away(self) -> str:
        return urlencode(self.address(away="all"))

    def periods(self) -> list[tuple[int, str]]:
        """Each period with the address of the same list over it."""
        return [(days, urlencode(self.address(days=days))) for days in DAYS]


def wanted_from(query: QueryDict, offered: dict[str, list[tuple[str, Any]]]) -> Wanted:
    """Values that are not `offered` are dropped rather than shown as an empty list."""
    picked = {name: value for name, pairs in offered.items() if (value := query.get(name, "")) in dict(pairs)}
    asked = query.get("days", "")
    return Wanted(
        days=int(asked) if asked in map(str, DAYS) else DAYS[1],
        q=text(query, "q", longest=100),
        away="all" if query.get("away") == "all" else "",
        **picked,
    )


def choices() -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers: (value, label). Its name is the field of `Wanted`."""
    conversations = conversation_choices()
    return {
        "assistant": conversations["assistant"],
        "language": conversations["language"],
        "reason": [
            ("near", _("Declined, something is near")),
            ("far", _("Declined, nothing is near")),
            ("disliked", _("Rated down")),
            ("unsure", _("Perhaps wrong")),
        ],
        "sort": [("newest", _("Newest first")), ("sure", _("Least sure first"))],
    }
