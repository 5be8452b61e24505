"""Content rules in words: what is looked for in questions, answers and images, and what follows from it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ..templatetags.models import shipped

_STAGES: dict[str, str | Promise] = {
    "input": pgettext_lazy("content rules", "In questions"),
    "output": pgettext_lazy("content rules", "In answers"),
    "image": pgettext_lazy("content rules", "In images"),
}
_RULES: dict[str, str | Promise] = {
    "slur": pgettext_lazy("content rules", "Slurs"),
    "abuse": pgettext_lazy("content rules", "Insults"),
    "self_harm": pgettext_lazy("content rules", "Self-harm"),
    "instruction": pgettext_lazy("content rules", "Attempts to redirect the assistant"),
    "mobile": pgettext_lazy("content rules", "Mobile phone numbers"),
    "identity": pgettext_lazy("content rules", "Numbers of Chinese identity cards"),
    "card": pgettext_lazy("content rules", "Numbers of bank cards"),
    "email": pgettext_lazy("content rules", "E-mail addresses"),
}
_ACTIONS: dict[str, str | Promise] = {
    "allow": pgettext_lazy("content rules", "let pass"),
    "flag": pgettext_lazy("content rules", "noted for reviewers"),
    "mask": pgettext_lazy("content rules", "masked"),
    "block": pgettext_lazy("content rules", "blocked"),
}


def rules_said(rules: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where is looked, and there (what is found, what follows). A rule without words here keeps its stored name."""
    return [(str(where), list(_said(rules[stage]))) for stage, where in _STAGES.items() if stage in rules]


def _said(checks: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, what in (pair for found in checks.values() for pair in found.items()):
        if isinstance(what, str):
            yield str(_RULES.get(name, name)), str(_ACTIONS.get(what, what))
            continue
        for label, thresholds in what["labels"].items():  # `name` is a classifier
            yield f"{shipped(label)} · {name}", _from(thresholds)
        action = "flag" if what.get("unreachable") == "pass" else "block"
        yield _("Where “%(model)s” cannot be asked") % {"model": name}, str(_ACTIONS[action])


def _from(thresholds: Mapping[str, float]) -> str:
    """The actions with their least probabilities, the lowest first."""
    ordered = sorted(thresholds.items(), key=lambda threshold: threshold[1])
    said = (
        _("%(action)s from %(share)s") % {"action": _ACTIONS.get(action, action), "share": f"{least:.0%}"}
        for action, least in ordered
    )
    return " · ".join(said)
