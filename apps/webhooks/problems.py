"""Why something was not delivered, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

_PROBLEMS = {
    "address": noop("This is no web address that can be used. It begins with https:// and names no user."),
    "plain": noop(
        "The address must begin with https://. "
        "An http:// address needs its host in the setting WEBHOOK_PLAIN_HOSTS."
    ),
    "private": noop("The address leads to a machine inside a private network, which is not allowed."),
    "unresolved": noop("There is no such host."),
    "silent": noop("The host does not answer."),
    "slow": noop("The host did not answer in time."),
    "certificate": noop("The host’s certificate is not valid."),
    "broken_off": noop("The host broke off the connection."),
    "off": noop("The webhook was switched off."),
}


def problem_shown(code: str) -> str:
    """In the reader's language; empty for none."""
    return _(_PROBLEMS[code]) if code in _PROBLEMS else code
