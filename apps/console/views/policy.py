"""The rules that texts and images are held to: what is in force, and the parts that a page can set."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, Conflict
from apps.moderation.selectors import policy_rules, policy_rules_of, policy_versions, words_listed
from apps.moderation.services import policy_publish

from ..access import needs
from ..forms.policy import PolicyForm
from ..forms.policy_stale import typed_over
from ..reading.rules import rules_said

MOST_VERSIONS = 20


@needs("policy.manage")
def policy_page(request: HttpRequest) -> HttpResponse:
    """POST publishes the rules in force with what was chosen, as the version after the one that the page showed."""
    number, rules = policy_rules()
    form = PolicyForm(request.POST or None, number=number, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            seen, note = form.cleaned_data["number"], form.cleaned_data["note"]
            if form.rules == rules:
                messages.info(request, _("Nothing was changed, so no version was published."))
            else:
                made = policy_publish(actor=actor_from_request(request), rules=form.rules, note=note, after=seen)
                messages.success(request, _("Version %(number)s is in force.") % {"number": made.number})
            return redirect("console:policy")
        except Conflict:
            return _stale(request, form.cleaned_data["number"])
        except BadInput as error:
            form.add_error(None, str(error))
    return _page(request, form, number, rules)


def _stale(request: HttpRequest, seen: int) -> HttpResponse:
    """Nothing is published: what was typed is shown once more, with what somebody else changed meanwhile."""
    number, rules = policy_rules()
    form, changes = typed_over(request.POST, seen=policy_rules_of(seen), number=number, rules=rules)
    return _page(request, form, number, rules, stale=True, changes=changes)


def _page(
    request: HttpRequest, form: PolicyForm, number: int, rules: dict[str, Any], **more: object
) -> HttpResponse:
    context = {
        "form": form,
        "number": number,
        "versions": policy_versions()[:MOST_VERSIONS],
        "rules": rules_said(rules),
        "word_count": sum(1 for word in words_listed() if word.category),
        "actions": {check: form.actions(check) for check in ("words", "personal", "injection")},
        "here": "policy",
    }
    return render(request, "console/policy.html", context | more, status=409 if more else 200)
