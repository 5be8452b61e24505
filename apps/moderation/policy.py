"""A policy's rules, compiled: which check runs at which stage, and what follows from what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

from .checks import ALL, Check
from .verdict import Action, Finding, Stage

# stage -> check -> rule -> action. What is not named is not looked for.
DEFAULT_RULES: dict[str, dict[str, dict[str, str]]] = {
    "input": {
        "words": {"slur": "block", "abuse": "flag", "self_harm": "block"},
        "injection": {"instruction": "flag"},
    },
    "output": {
        "words": {"slur": "block", "abuse": "block", "self_harm": "block"},
        "personal": {"mobile": "mask", "identity": "mask", "card": "mask", "email": "mask"},
    },
}


@dataclass(frozen=True)
class Policy:
    """Ready to use; made by `policy_compile`."""

    number: int
    actions: Mapping[str, Mapping[str, Mapping[str, Action]]]
    checks: Mapping[str, Check]

    def running(self, stage: Stage) -> list[Check]:
        return [self.checks[name] for name in self.actions.get(stage, {})]

    def action(self, stage: Stage, check: str, rule: str) -> Action:
        return self.actions.get(stage, {}).get(check, {}).get(rule, "allow")

    def failed(self, check: str, length: int) -> Finding:
        """What a check that broke amounts to: nobody knows what the text holds, so it is not shown."""
        return Finding(check, "check_failed", "block", 0, length)


def policy_compile(number: int, rules: Any) -> Policy:
    """Raises BadInput for a stage, check, rule or action that does not exist."""
    for stage, checks in _items(rules):
        _known(stage, get_args(Stage))
        for check, found in _items(checks):
            _known(check, ALL)
            for rule, action in _items(found):
                _known(rule, ALL[check].rules)
                _known(action, get_args(Action))
    names = {check for checks in rules.values() for check in checks}
    return Policy(number, rules, {name: ALL[name]() for name in names})


def _items(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise BadInput(_("A policy is made of objects: stage, check, rule, action."))
    return list(value.items())


def _known(value: Any, allowed: Any) -> None:
    if value not in allowed:
        text = {"value": str(value)[:60], "allowed": ", ".join(sorted(allowed))}
        raise BadInput(_("“%(value)s” is not known in a policy here; known are: %(allowed)s.") % text)
