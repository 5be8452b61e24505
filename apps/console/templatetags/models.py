"""How the console writes what it knows of models: sizes, quantizations, first answers."""

import re

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.inference.models import Rollout
from apps.registry.models import Quantization
from apps.registry.selectors import Target, size_shown

register = template.Library()
# What a reader writes when nobody gives it sentences: the label of one, or of a phrase.
_LABELS = re.compile(r"(\s*\[(\d{1,2}|no|hello|thanks|bye|who)\]\s*)+")

_SHIPPED = {
    "Ships with Parley": gettext_lazy("Ships with Parley"),
    "harmless": pgettext_lazy("label of a classifier", "harmless"),
    "offensive": pgettext_lazy("label of a classifier", "offensive"),
}


@register.filter
def size(count: int) -> str:
    """Bytes in the unit that reads best."""
    return size_shown(count)


@register.filter
def shipped(stored: str) -> str:
    """What came with a shipped model, its description and its labels, in the page's language; all else as it is."""
    return str(_SHIPPED.get(stored, stored))


@register.filter
def quantized(value: str) -> str:
    """The short word for a quantization, also for none."""
    return _("unquantized") if value == Quantization.NONE else value


@register.filter
def named_target(target: Target) -> str:
    """A version with the quantization it is meant in."""
    words = {"version": target.version.label, "quantization": quantized(target.quantization)}
    return _("%(version)s (%(quantization)s)") % words


@register.filter
def only_labels(rollout: Rollout) -> bool:
    """Whether the first answer was nothing but labels: the model points at sentences and writes none."""
    return _LABELS.fullmatch(rollout.result.get("text") or "") is not None
