"""What a person is told instead of a blocked text, in their language whatever the page's language is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from apps.core.language import Language

from .verdict import CHECK_FAILED, SELF_HARM, Finding, blocked_by_source

_TAGS: dict[Language, str] = {"zh": "zh-hans", "en": "en"}
_SELF_HARM = _(
    "It sounds as if things are very hard right now. You do not have to go through this alone: please talk to"
    " someone you trust, or call your local emergency number or a crisis line at once."
)
_QUESTION = _("I cannot take this question as it is worded. Please ask it in other words.")
_ANSWER = _("This answer was withheld because it did not meet our content rules. Please ask in other words.")
_SOURCE = _(
    "What the document says about this is withheld by our content rules, so it cannot be shown here. Asking in"
    " other words will not change that."
)
_IMAGE = _("This image holds something that may not be asked about here.")
_FAILED = _(
    "Our content check cannot be reached at the moment. This has nothing to do with your words; please try again"
    " shortly."
)


def blocked_message(findings: tuple[Finding, ...], *, stage: str, language: Language) -> str:
    rules = {finding.rule for finding in findings if finding.action == "block"}
    text = {"input": _QUESTION, "image": _IMAGE}.get(stage, _ANSWER)
    if rules == {CHECK_FAILED}:
        text = _FAILED
    elif SELF_HARM in rules:
        text = _SELF_HARM
    elif blocked_by_source(findings):
        text = _SOURCE
    with override(_TAGS[language]):
        return str(text)
