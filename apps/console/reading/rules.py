"""Content rules in words: what is looked for in questions, answers and images, and what follows from it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.moderation.verdict import CHECK_FAILED, NOT_CHECKED

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
    "other": pgettext_lazy("content rules", "Other words"),
    "instruction": pgettext_lazy("content rules", "Attempts to redirect the assistant"),
    "mobile": pgettext_lazy("content rules", "Mobile phone numbers"),
    "identity": pgettext_lazy("content rules", "Chinese ID numbers"),
    "card": pgettext_lazy("content rules", "Bank card numbers"),
    "email": pgettext_lazy("content rules", "E-mail addresses"),
    "word": pgettext_lazy("content rules", "Words that the assistant blocks"),
}
_CHECKS: dict[str, str | Promise] = {
    "words": pgettext_lazy("content rules", "Word lists"),
    "personal": pgettext_lazy("content rules", "Personal data"),
    "classifier": pgettext_lazy("content rules", "Classifier"),
}
_NOT_JUDGED: dict[str, str | Promise] = {
    CHECK_FAILED: pgettext_lazy("content rules", "the check failed"),
    NOT_CHECKED: pgettext_lazy("content rules", "not checked"),
}
_ACTIONS: dict[str, str | Promise] = {
    "allow": pgettext_lazy("content rules", "let pass"),
    "flag": pgettext_lazy("content rules", "noted for reviewers"),
    "mask": pgettext_lazy("content rules", "masked"),
    "block": pgettext_lazy("content rules", "blocked"),
}
_CHOICES = _ACTIONS | {"flag": pgettext_lazy("content rules", "noted")}  # a phone's field has no room for more


def rules_said(rules: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where is looked, and there (what is found, what follows). A rule without words here keeps its stored name."""
    return [(str(where), list(_said(rules[stage]))) for stage, where in _STAGES.items() if stage in rules]


def rule_said(rule: str) -> str:
    """What it looks for, such as "Insults"; one without words here keeps its stored name."""
    return str(_RULES.get(rule, rule))


def stage_said(stage: str) -> str:
    """Where it is looked for, such as "In questions"."""
    return str(_STAGES[stage])


def actions_said() -> list[tuple[str, str]]:
    """(action, in a word or two) of all that may follow."""
    return [(action, str(words)) for action, words in _CHOICES.items()]


def follows(rules: Mapping[str, Any], check: str, rule: str) -> dict[str, str]:
    """What follows from it, by stage, for those that questions and answers go through."""
    return {stage: str(_ACTIONS[action]) for stage, action in _actions(rules, check, rule).items()}


def passes(rules: Mapping[str, Any], check: str, rule: str) -> bool:
    """Whether nothing follows from it in questions, nor in answers."""
    return set(_actions(rules, check, rule).values()) == {"allow"}


def _actions(rules: Mapping[str, Any], check: str, rule: str) -> dict[str, str]:
    return {stage: rules.get(stage, {}).get(check, {}).get(rule, "allow") for stage in ("input", "output")}


def finding_said(check: str, rule: str) -> str:
    """What a finding of a decision is about, such as "Word lists · Insults"; a classifier's rule is its label."""
    known = _NOT_JUDGED | ({} if check == "classifier" else _RULES)
    words = (_CHECKS.get(check), known.get(rule) or shipped(rule))
    return " · ".join(str(word) for word in words if word)


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
