"""Why an answer ended badly, in words for the person who waits. Translated when shown, in the viewer's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_MESSAGES: dict[str, Promise] = {
    "runtime_unavailable": _(
        "The language model cannot be reached at the moment. Your question is kept; please try again shortly."
    ),
    "runtime_refused": _("The language model refused this request. Please tell whoever runs this site."),
    "check_unavailable": _(
        "Our content check cannot be reached at the moment. This has nothing to do with your words; your question "
        "is kept, please try again shortly."
    ),
    "not_verbatim": _("The model left the documents' own words, so its answer is not shown. Please try again."),
    "not_found": _("No model answers for this assistant yet. Please tell whoever runs this site."),
    "images_unseen": _("This assistant cannot see images any more. Describe what the image shows."),
    "shutdown": _("The answer broke off because the site was restarted."),
    "lost": _("The answer broke off because the site was restarted."),
    "changed": _("The documents say something else by now, so this answer cannot go on. Ask again."),
    "internal": _("Something failed on our side. Your question is kept; please try again."),
}


def ending_message(code: str | None) -> str | None:
    """None when nothing went wrong; the general sentence for a code that has none of its own."""
    return str(_MESSAGES.get(code, _MESSAGES["internal"])) if code else None
