"""The rules that texts and images are held to: what is in force, and the parts that a page can set."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.moderation.selectors import policy_rules, policy_versions
from apps.moderation.services import policy_publish

from ..access import needs
from ..forms.policy import PolicyForm

MOST_VERSIONS = 20


@needs("policy.manage")
def policy_page(request: HttpRequest) -> HttpResponse:
    """POST publishes the rules in force with what was chosen, as the next version."""
    number, rules = policy_rules()
    form = PolicyForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            if form.rules == rules:
                messages.info(request, _("Nothing was changed, so no version was published."))
            else:
                note = form.cleaned_data["note"]
                made = policy_publish(actor=actor_from_request(request), rules=form.rules, note=note)
                messages.success(request, _("Version %(number)s is in force.") % {"number": made.number})
            return redirect("console:policy")
        except BadInput as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "number": number,
        "versions": policy_versions()[:MOST_VERSIONS],
        "rules": json.dumps(rules, indent=2, ensure_ascii=False),
        "here": "policy",
    }
    return render(request, "console/policy.html", context)
