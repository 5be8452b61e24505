"""Why a classifier could not be asked. Stored in English with the decision, shown in the reader's language."""

from django.utils.translation import gettext_lazy as _

from apps.core.sentences import Sentences
from apps.inference.selectors import error_shown

NO_MODEL = _("No classifier is behind the name that the policy asks for.")
NO_LABEL = _("The classifier does not know the label %(label)s.")
NO_REASON = _("The check itself failed; the server's log says how.")
_KNOWN = Sentences([NO_MODEL, NO_LABEL, NO_REASON], otherwise=error_shown)


def reason_shown(reason: str) -> str:
    """A stored reason in the present language."""
    return _KNOWN.shown(reason)
