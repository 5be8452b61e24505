"""What an attempt that failed may have stored, in English; shown in the reader's language."""

from django.utils.translation import gettext_lazy as _

from apps.core.sentences import Sentences
from apps.registry.selectors import reason_shown

INTERRUPTED = _("Interrupted: the process that did it ended. Try again.")

# A test compares them with what the modules say that an attempt goes through.
_KNOWN = Sentences(
    [
        INTERRUPTED,
        _("The model did not load: %(cause)s"),
        _("no reason given"),
        _("The model is still loading after %(seconds)d s."),
        _("The model did not answer the trial question."),
        _("The server at %(address)s did not answer the trial question: %(cause)s"),
        _("The model computes no numbers (NaN): its weights are damaged."),
        _("The model runtime did not answer in time."),
        _("The model runtime cannot be reached."),
        _("The model runtime sent something unreadable."),
        _("The model runtime did not accept our key."),
        _("The model runtime does not have this model loaded."),
        _("The model runtime is busy: %(count)d requests wait there already. Try again in a moment."),
        _("The model runtime is busy. Try again in a moment."),
        _("The model runtime failed: %(cause)s"),
        _("The model runtime refused the request: %(cause)s"),
        _("This runtime cannot load models; it serves what it was started with."),
        _("The model runtime is not running. It starts with the product; try again soon."),
        _("The environment variable %(name)s is not set."),
    ],
    otherwise=reason_shown,
)


def error_shown(stored: str) -> str:
    """A stored error in the present language, with the cause that the runtime gave."""
    return _KNOWN.shown(stored)
