"""One visit to a conversation, however often its page is read again while it stays open.

The page is born with a signed mark, which names the person and the conversation; reading again shows it.
"""

from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

_SIGNER = TimestampSigner(salt="visit")
_LONGEST = 12 * 3600  # seconds; a page that stays open for longer is a new visit


def visit_mark(request: HttpRequest, conversation_id: UUID) -> str:
    """For a page that is opened now."""
    return _SIGNER.sign(_visit(request, conversation_id))


def visit_of(request: HttpRequest, conversation_id: UUID) -> str:
    """The mark with which the page is read again; empty for who opens it, and for a mark of anything else."""
    mark = request.headers.get("X-Visit", "")
    try:
        visit = _SIGNER.unsign(mark, max_age=_LONGEST)
    except BadSignature:
        return ""
    return mark if visit == _visit(request, conversation_id) else ""


def _visit(request: HttpRequest, conversation_id: UUID) -> str:
    return f"{request.user.pk} {conversation_id}"
