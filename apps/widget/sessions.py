"""A visitor's session: opened by the frame, shown with every request, ended by the site or by time."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Role
from apps.audit.services import audit_record
from apps.core.actor import InboxActor
from apps.core.errors import TooMany

from .errors import IdentityNeeded, SessionEnded
from .identity import Identity, identity_read, identity_spend
from .inboxes import inbox_locked, inbox_open
from .models import Inbox, SpentToken, VisitorSession

LIFE = timedelta(hours=24)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PER_ADDRESS = 60  # new sessions an hour: an office behind one address is many people


@dataclass(frozen=True)
class Opened:
    """A new session with its token, which nothing stores."""

    session: VisitorSession
    token: str


@transaction.atomic
def session_open(*, inbox_id: UUID, identity_token: str | None, ip: str) -> Opened:
    """For somebody unnamed, or for whom the site's token names.

    Raises NotFound for a closed inbox, IdentityNeeded and IdentityRefused, and TooMany.
    """
    inbox_open(inbox_id)
    inbox = inbox_locked(inbox_id)  # one after the other: each is counted
    identity = identity_read(inbox, identity_token) if identity_token is not None else None
    if identity is None and not inbox.anonymous:
        raise IdentityNeeded
    _limit(inbox, ip)
    if identity is not None:
        identity_spend(inbox, identity)
    token = secrets.token_urlsafe(32)
    session = VisitorSession.objects.create(
        inbox=inbox,
        visitor_id=_visitor_id(inbox, identity),
        subject=identity.subject if identity else "",
        name=identity.name if identity else "",
        digest=_digest(token),
        ip=ip,
        expires_at=timezone.now() + LIFE,
    )
    data = {"session": str(session.pk), "named": identity is not None}
    audit_record(actor=_actor(session), action="inbox.session_opened", target=f"inbox:{inbox.pk}", data=data)
    return Opened(session, token)


def session_end(token: str) -> None:
    """Nothing where it has ended."""
    VisitorSession.objects.filter(digest=_digest(token)).delete()


def session_actor(token: str, *, ip: str = "") -> InboxActor:
    """Who holds the session now. Raises SessionEnded, also where the inbox has closed or needs a name since."""
    sessions = VisitorSession.objects.select_related("inbox").filter(digest=_digest(token))
    session = sessions.filter(expires_at__gt=timezone.now()).first()
    if session is None or not session.inbox.enabled or not (session.subject or session.inbox.anonymous):
        raise SessionEnded
    return _actor(session, ip=ip)


def visitor_of(inbox: Inbox, *, is_named: bool) -> InboxActor:
    """Any visitor of the inbox, to look up what it offers."""
    slugs = frozenset(inbox.assistants.values_list("slug", flat=True))
    return InboxActor(
        label="visitor",
        role=Role.CUSTOMER if is_named else "",
        inbox_id=inbox.pk,
        assistants=slugs,
        per_minute=inbox.per_minute,
        live=inbox.live,
    )


def sessions_clear() -> None:
    """Forgets sessions and used tokens that have run out."""
    now = timezone.now()
    VisitorSession.objects.filter(expires_at__lte=now).delete()
    SpentToken.objects.filter(expires_at__lte=now).delete()


def _actor(session: VisitorSession, *, ip: str = "") -> InboxActor:
    anyone = visitor_of(session.inbox, is_named=bool(session.subject))
    label = session.name or session.subject or anyone.label
    return replace(anyone, visitor_id=session.visitor_id, label=label[:150], ip=ip or session.ip)


def _visitor_id(inbox: Inbox, identity: Identity | None) -> UUID:
    """The same person of the same site finds the conversations again; nobody else can come by this id."""
    return uuid5(inbox.pk, identity.subject) if identity else uuid4()


def _limit(inbox: Inbox, ip: str) -> None:
    now = timezone.now()
    of_address = inbox.sessions.filter(ip=ip, created_at__gt=now - HOUR).count()
    of_all = inbox.sessions.filter(created_at__gt=now - MINUTE).count()
    if of_address >= PER_ADDRESS or of_all >= inbox.per_minute:
        raise TooMany(_("Very many people have begun to ask here. Please try again later."))


def _digest(token: str) -> str:
    """A token has 256 random bits, so a plain hash of it cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
