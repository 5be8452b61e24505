"""How the console writes what became of a delivery."""

from django import template
from django.utils.translation import gettext as _

from apps.chat.happenings import Happening
from apps.webhooks.problems import problem_shown
from apps.webhooks.services import TEST

register = template.Library()
problem = register.filter("problem", problem_shown)


@register.filter
def happening(kind: str) -> str:
    """An event in words."""
    return _("A test") if kind == TEST else str(Happening(kind).label)
