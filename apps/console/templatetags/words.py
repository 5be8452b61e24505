"""How the console calls moderation's lists."""

from django import template

from ..reading.rules import rule_said

register = template.Library()
register.filter("rule", rule_said)
